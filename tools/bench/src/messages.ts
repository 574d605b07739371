/** What Threadbox adds to a message, from the request at the gateway until the answer stands in the chat. */
import { asFastAsItGoes, atRate, warmUp } from './load.ts';
import { measureFloor } from './floor.ts';
import { usage, type Usage } from './processes.ts';
import { summarize } from './statistics.ts';
import type { Figures, Suite } from './suite.ts';
import { withSystem, type System } from './system.ts';

const CHATS = 8;
const RATE = 50;

const STORES = ['nats', 'postgres'];
const SERVICES = ['gateway', 'auth', 'session', 'sandbox', 'relay', 'egress'];
const isService = ({ name }: Usage): boolean => SERVICES.includes(name);

/** Processor time of a message, by process, between two looks. */
const perMessage = (before: ReadonlyMap<string, Usage>, after: ReadonlyMap<string, Usage>, count: number) =>
  Object.fromEntries(
    [...after.values()]
      .filter((one) => isService(one) || STORES.includes(one.name))
      .map(({ name, cpu }) => [name, (cpu - (before.get(name)?.cpu ?? 0)) / count]),
  );

const memoryOf = (found: ReadonlyMap<string, Usage>): { together: number; resident: number } => {
  const services = [...found.values()].filter(isService);
  if (services.length !== SERVICES.length) throw new Error('not every service was found: its memory would be missing');
  return {
    together: services.reduce((sum, { alone }) => sum + alone, 0),
    resident: services.reduce((sum, { resident }) => sum + resident, 0),
  };
};

export const latency: Suite = {
  title: 'Latency',
  about: `milliseconds from request to answer, ${CHATS} chats; “added” is what is above the bare chain of six hops`,
  targets: [
    { row: `added at ${RATE} a second`, column: 'median', atMost: 8 },
    { row: `added at ${RATE} a second`, column: 'p99', atMost: 40 },
  ],
  run: async ({ scale }) => {
    const load = { count: Math.round(1500 * scale), rate: RATE, chats: CHATS };
    const floor = summarize(await measureFloor(load));
    return withSystem({}, async ({ client }) => {
      await warmUp(client, CHATS, 20);
      const alone: number[] = [];
      for (let n = 0; n < 300 * scale; n += 1) alone.push(await client.ask('chat-0', 'alone'));
      const together = summarize(await atRate(client, load));
      const added = Object.fromEntries(
        (['median', 'p90', 'p99'] as const).map((column) => [column, together[column] - floor[column]]),
      );
      return {
        'bare chain': floor,
        'one after another': summarize(alone),
        [`${RATE} a second`]: together,
        [`added at ${RATE} a second`]: added,
      };
    });
  },
};

export const realSandboxes: Suite = {
  title: 'Latency, with real sandboxes',
  about: 'the same behind walls, with the real runner and the echo agent; their processor time comes on top',
  targets: [],
  run: ({ scale }) =>
    withSystem({ instant: false }, async ({ client }) => {
      await warmUp(client, CHATS, 10);
      const load = { count: Math.round(1000 * scale), rate: RATE, chats: CHATS };
      return { [`${RATE} a second`]: summarize(await atRate(client, load)) };
    }),
};

const sustain = async ({ client }: System, seconds: number, chats: number): Promise<Figures> => {
  const idle = memoryOf(await usage());
  await warmUp(client, chats);
  const before = await usage();
  const { times, rate } = await asFastAsItGoes(client, { seconds, chats });
  const after = await usage();
  return {
    throughput: { 'messages a second': rate, ...summarize(times) },
    'processor time of a message, ms': perMessage(before, after, times.length),
    'memory of the services, idle, MB': idle,
    'memory of the services, under load, MB': memoryOf(after),
  };
};

export const throughput: Suite = {
  title: 'Throughput and memory',
  about: '200 chats, each says its next thing once it was answered; “together” counts pages that processes share once',
  targets: [
    { row: 'throughput', column: 'messages a second', atLeast: 500 },
    { row: 'memory of the services, idle, MB', column: 'together', atMost: 600 },
    { row: 'memory of the services, under load, MB', column: 'together', atMost: 600 },
  ],
  run: ({ scale }) => withSystem({}, (system) => sustain(system, 30 * scale, 200)),
};
