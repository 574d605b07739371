/** Two of every service: several chats talk while each process in turn is ended, killed, and made to stand still. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { partitionOf } from '@threadbox/schemas';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

const SERVICES = ['egress', 'relay', 'sandbox', 'session', 'auth', 'gateway'] as const;
const PROCESSES = SERVICES.flatMap((service) => [service, `${service}-1`]);

let stage: Stage;
/** How often each process said that it is ready. */
const starts = new Map<string, number>();
const startsOf = (name: string): number => starts.get(name) ?? 0;
const until = (check: () => void, timeout = 90_000) => vi.waitFor(check, { timeout, interval: 50 });
/** Two threads of each share: which of two replicas reads one, its partition's share says. */
const threads = [0, 1].flatMap((ordinal) =>
  Array.from({ length: 50 }, (_, n) => `thread-${n}`)
    .filter((thread) => partitionOf(`web:host~${thread}`) % 2 === ordinal)
    .slice(0, 2),
);

/** A person who says one thing after another, and waits for the answer each time. */
const talker = (thread: string) => {
  const client = webClient(() => stage.box, thread);
  const said: string[] = [];
  /** What stood there before. */
  let before = 0;
  /** What cannot be sent is sent again, as the page does: with the same id. */
  const say = async (text: string): Promise<void> => {
    const id = randomUUID();
    while ((await client.say(text, id).catch(() => undefined))?.status !== 202) await sleep(50);
  };
  const answers = (): string[] =>
    client
      .answers()
      .slice(before)
      .map(({ text }) => text);
  return {
    client,
    said,
    answers,
    begin: () => {
      before = client.answers().length;
    },
    talkOnce: async (): Promise<void> => {
      said.push(`${thread} says ${said.length}.`);
      await say(said.at(-1) ?? '');
      await until(() => expect(answers().length).toBeGreaterThanOrEqual(said.length));
    },
  };
};
const talkers = threads.map(talker);

beforeAll(async () => {
  stage = await openStage(
    { DEFAULT_AGENT: 'echo', MAX_SANDBOXES: '4' },
    {
      replicas: Object.fromEntries(SERVICES.map((service) => [service, 2])),
      onLog: (service, line) => {
        if (line.includes('"msg":"ready"')) starts.set(service, startsOf(service) + 1);
      },
    },
  );
  const [{ client }] = talkers as [(typeof talkers)[number]];
  await client.say('hello');
  await until(() => expect(client.messages().at(-1)?.buttons).toHaveLength(2));
  await client.press('Yes');
  await until(() => expect(client.answers().some(({ text }) => text === 'hello')).toBe(true));
  for (const { begin } of talkers) begin();
});
afterAll(async () => {
  for (const { client } of talkers) client.close();
  await stage.stop();
});

/** Everything that was said is answered once, in order, and nothing else stands there. */
const expectAnswered = (): void => {
  for (const { said, answers } of talkers) {
    expect(answers().length).toBe(said.length);
    for (const [at, words] of said.entries()) expect(answers()[at]).toContain(words);
  }
};

/** Longer than a lease lasts, and than NATS waits for an acknowledgement; in milliseconds. */
const STANDSTILL = 6000;

/** What is done to a process; resolves once it is there again. */
const disturbances: Record<string, (name: string) => Promise<void>> = {
  'an end': (name) => untilBack(name, 'SIGTERM'),
  'a kill -9': (name) => untilBack(name, 'SIGKILL'),
  'a standstill': async (name) => {
    stage.box.kill(name, 'SIGSTOP');
    await sleep(STANDSTILL);
    stage.box.kill(name, 'SIGCONT');
  },
};
const untilBack = async (name: string, signal: NodeJS.Signals): Promise<void> => {
  const before = startsOf(name);
  stage.box.kill(name, signal);
  await until(() => expect(startsOf(name)).toBeGreaterThan(before));
};

it.each(Object.entries(disturbances))(
  'answers each message once, in order, through %s of every process',
  { timeout: 300_000 },
  async (what, disturb) => {
    expect(PROCESSES.map(startsOf).every((count) => count > 0)).toBe(true);
    const over = new AbortController();
    const talking = Promise.all(
      talkers.map(async ({ talkOnce }) => {
        while (!over.signal.aborted) await talkOnce();
      }),
    );
    for (const name of PROCESSES) {
      const begin = performance.now();
      await disturb(name);
      // Every chat goes on.
      const said = talkers.map((one) => one.said.length);
      await until(() => expect(talkers.every((one, at) => one.said.length > (said[at] ?? 0) + 1)).toBe(true));
      console.log(`${what}, ${name}: ${Math.round(performance.now() - begin)} ms`);
    }
    over.abort();
    await talking;
    expectAnswered();
    console.log(`${talkers.reduce((sum, { said }) => sum + said.length, 0)} messages`);
  },
);
