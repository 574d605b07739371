import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectBus, type Bus } from '@threadbox/messaging';
import { bundleAlone, startThreadbox, type Threadbox } from '@threadbox/tool-threadbox';
import { benchClient, type BenchClient } from './bench-client.ts';

/** A whole Threadbox to be measured, with somebody who talks to it. */
export type System = { box: Threadbox; bus: Bus; client: BenchClient; home: string };

const program = (name: string): string => join(import.meta.dirname, 'instant', `${name}.ts`);

/**
 * Starts a whole Threadbox with a home of its own, does something with it and leaves nothing. `instant`: sandboxes are a stand-in whose
 * agents answer at once, in one process; else they are real, with the real runner and the echo agent. `before` may lay something into
 * the home first.
 */
export const withSystem = async <Value>(
  {
    instant = true,
    env = {},
    before = () => Promise.resolve(),
  }: { instant?: boolean; env?: Record<string, string>; before?: (home: string) => Promise<void> },
  work: (system: System) => Promise<Value>,
): Promise<Value> => {
  const home = await mkdtemp(join(tmpdir(), 'threadbox-bench-'));
  const { PATH, HOME } = process.env;
  await before(home);
  // As the services run: from source it would need more memory than they do.
  const sandbox = instant ? await bundleAlone('sandbox', program('sandbox')) : undefined;
  const box = await startThreadbox({
    home,
    env: { PATH, HOME, GATEWAY_PORT: '0', DEFAULT_AGENT: 'echo', MAX_SANDBOXES: '10000', ...env },
    programs: sandbox ? { sandbox: sandbox.command } : {},
  });
  try {
    const runner = instant ? fork(program('runner'), [box.natsUrl, box.creds('admin')]) : undefined;
    if (runner) await once(runner, 'message');
    const bus = await connectBus({ url: box.natsUrl, name: 'admin', creds: box.creds('admin') });
    const client = await benchClient(box, bus);
    await client.say('first', 'hello');
    await sleep(500);
    await client.press('first', 'own:yes');
    await client.ask('first', 'warm');
    try {
      return await work({ box, bus, client, home });
    } finally {
      client.close();
      await bus.close();
      runner?.disconnect();
    }
  } finally {
    await box.stop();
    await sandbox?.remove();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
};
