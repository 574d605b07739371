import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startThreadbox, type Threadbox } from '@threadbox/tool-threadbox';

/** A whole Threadbox for a test, in a folder of its own. */
export type Stage = {
  box: Threadbox;
  home: string;
  /** Ends everything and starts it again with the same data, as Ctrl-C and `npm start` do. */
  restart: () => Promise<void>;
  stop: () => Promise<void>;
};

/**
 * Starts everything as `npm start` does, with the rehearsal for a model and these settings besides; of some services several, or
 * other programs in their place.
 */
export const openStage = async (
  settings: Record<string, string> = {},
  {
    replicas = {},
    programs = {},
    onLog,
  }: Pick<Parameters<typeof startThreadbox>[0], 'replicas' | 'programs' | 'onLog'> = {},
): Promise<Stage> => {
  const home = await mkdtemp(join(tmpdir(), 'threadbox-e2e-'));
  const lines: string[] = [];
  const start = (): Promise<Threadbox> =>
    startThreadbox({
      home,
      programs,
      replicas,
      // Nothing of this machine's environment: no model key, no proxy, no bot.
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], GATEWAY_PORT: '0', ...settings },
      onLog: (service, line) => {
        onLog?.(service, line);
        if (/"level":"(warn|error|fatal)"/.test(line)) lines.push(`${service} ${line}`);
      },
    });
  const stage: Stage = {
    box: await start(),
    home,
    restart: async () => {
      await stage.box.stop();
      stage.box = await start();
    },
    stop: async () => {
      await stage.box.stop();
      if (process.env['THREADBOX_E2E_LOGS']) console.log(lines.join('\n'));
      await rm(home, { recursive: true, force: true, maxRetries: 5 });
    },
  };
  return stage;
};
