import { defineConfig } from 'rolldown';

/**
 * Packages that stay outside of the bundles: clients of chat platforms and of clusters, loaded when they are switched on, some of them with
 * requires that no bundler can follow. Everything else is part of its program, which then needs a third less memory and half the time
 * to start.
 */
const OUTSIDE = [
  'discord.js',
  '@slack/',
  'grammy',
  '@grammyjs/',
  '@line/',
  '@kubernetes/',
  '@agentclientprotocol/claude-agent-acp',
];

/** Each program as one file, and what it loads later beside it. */
export default defineConfig({
  input: 'src/main.ts',
  platform: 'node',
  external: (id) => id.startsWith('node:') || OUTSIDE.some((name) => id === name || id.startsWith(name)),
  onLog: (level, log, handle) => {
    // A package that is not found would stay outside without a word, and be missed when the program starts.
    if (log.code === 'UNRESOLVED_IMPORT') throw new Error(log.message);
    // Client libraries are written for browsers, too.
    if (log.code !== 'EVAL' && log.code !== 'COMMONJS_VARIABLE_IN_ESM') handle(level, log);
  },
  output: { dir: 'dist', entryFileNames: 'main.js', sourcemap: true },
});
