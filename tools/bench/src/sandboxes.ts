/**
 * `npm run bench -- sandboxes`: how long the first answer of a new chat takes, which has to have a sandbox first. On this machine, and
 * on a stand-in for a cluster (the sandbox service's own tests have it), cold and from the pool. A real cluster adds what it needs to
 * schedule a pod, bring its volume and its image: to the cold rows, not to the warm one.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectBus } from '@threadbox/messaging';
import { startThreadbox } from '@threadbox/tool-threadbox';
import {
  startTestCluster,
  type TestCluster,
} from '../../../services/sandbox/src/adapters/kubernetes/testing/cluster.ts';
import { benchClient } from './bench-client.ts';
import { summarize } from './statistics.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const IMAGE = 'registry.test/threadbox-sandbox:1';
const POOL = 2;

/** Milliseconds of the first answer in each of several new chats, one after another. `ready` is awaited before each. */
const firstAnswers = async (
  settings: Record<string, string>,
  count: number,
  ready: () => Promise<void> = () => Promise.resolve(),
): Promise<number[]> => {
  const home = await mkdtemp(join(tmpdir(), 'threadbox-bench-'));
  const { PATH, HOME } = process.env;
  const fixed = { GATEWAY_PORT: '0', DEFAULT_AGENT: 'echo', MAX_SANDBOXES: String(count + 2) };
  const box = await startThreadbox({ home, env: { PATH, HOME, ...fixed, ...settings } });
  try {
    const bus = await connectBus({ url: box.natsUrl, name: 'admin', creds: box.creds('admin') });
    const client = await benchClient(box, bus);
    await client.say('first', 'hello');
    await sleep(500);
    await client.press('first', 'own:yes');
    await client.ask('first', 'warm');
    const times: number[] = [];
    for (let n = 0; n < count; n += 1) {
      await ready();
      times.push(await client.ask(`chat-${n}`, 'first'));
    }
    client.close();
    await bus.close();
    return times;
  } finally {
    await box.stop();
    await rm(home, { recursive: true, force: true, maxRetries: 5 });
  }
};

/** The pool is full, and all who wait in it listen. */
const filled = async (cluster: TestCluster): Promise<void> => {
  for (;;) {
    const waiting = cluster.store
      .list('pods')
      .filter(({ metadata }) => metadata.labels?.['threadbox.dev/pool'] !== undefined)
      .filter(({ metadata }) => cluster.kubelet.containerOf(metadata.name)?.log().includes('"waiting"'));
    if (waiting.length >= POOL) return;
    await sleep(20);
  }
};

/** Measures and tells the rows, in milliseconds. */
export const measureSandboxes = async (count: number): Promise<Record<string, Record<string, number>>> => {
  const rows: Record<string, Record<string, number>> = {};
  rows['on this machine'] = summarize(await firstAnswers({}, count));
  for (const warm of [0, POOL]) {
    const cluster = await startTestCluster({
      [IMAGE]: {
        command: [process.execPath, join(ROOT, 'services/runner/src/main.ts')],
        readable: ['node_modules', 'libs', 'schemas', 'services/runner', 'package.json'].map((path) =>
          join(ROOT, path),
        ),
      },
    });
    try {
      const settings = {
        SANDBOX_DRIVER: 'kubernetes',
        KUBECONFIG: cluster.kubeconfig,
        SANDBOX_NAMESPACE: cluster.namespace,
        SANDBOX_IMAGE: IMAGE,
        SANDBOX_DISK_MB: '100',
        WARM_SANDBOXES: String(warm),
      };
      const name = warm === 0 ? 'stand-in for a cluster, cold' : 'stand-in for a cluster, warm';
      rows[name] = summarize(await firstAnswers(settings, count, () => (warm === 0 ? sleep(0) : filled(cluster))));
    } finally {
      await cluster.end();
    }
  }
  console.log(
    `\nMilliseconds from the first message of a new chat to its answer; ${cpus().length} cores, Node ${process.version}, agent: echo\n`,
  );
  return rows;
};
