import { defineConfig } from 'rolldown';

/** Each service as one file for its image. npm packages stay outside, so that OpenTelemetry can patch them. */
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  external: (id) => !/^[./]/.test(id) && !id.startsWith('@threadbox/'),
  output: { dir: 'dist', entryFileNames: 'main.js', sourcemap: true },
});
