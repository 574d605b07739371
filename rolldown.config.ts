import { defineConfig } from 'rolldown';

/** Each service as one file for its image. npm packages stay outside, so that OpenTelemetry can patch them. */
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  external: (id) => !/^[./]/.test(id) && !id.startsWith('@threadbox/'),
  // A package of ours that is not found would stay outside without a word, and be missed when the image starts.
  onLog: (level, log, handle) => {
    if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    handle(level, log);
  },
  output: { dir: 'dist', entryFileNames: 'main.js', sourcemap: true },
});
