/** Several of auth and session share the partitions; each conversation is answered once, whoever dies. */
import { partitionOf } from '@threadbox/schemas';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

let stage: Stage;
const until = (check: () => void, timeout = 90_000) => vi.waitFor(check, { timeout, interval: 50 });
/** Two threads of each share: which of two replicas reads one, its partition says. */
const threads = [0, 1].flatMap((ordinal) =>
  Array.from({ length: 50 }, (_, n) => `thread-${n}`)
    .filter((thread) => partitionOf(`web:host~${thread}`) % 2 === ordinal)
    .slice(0, 2),
);
const clients = threads.map((thread) => webClient(() => stage.box, thread));

beforeAll(async () => {
  stage = await openStage({ DEFAULT_AGENT: 'echo', MAX_SANDBOXES: '4' }, { replicas: { auth: 2, session: 2 } });
  const [first] = clients;
  await first?.say('hello');
  await until(() => expect(first?.messages().at(-1)?.buttons).toHaveLength(2));
  await first?.press('Yes');
  await until(() => expect(first?.answers().length).toBeGreaterThan(0));
});
afterAll(async () => {
  for (const client of clients) client.close();
  await stage.stop();
});

const answered = async (words: string): Promise<void> => {
  for (const client of clients)
    await until(() => expect(client.answers().filter(({ text }) => text.includes(words))).toHaveLength(1));
};

it('answers every conversation once', async () => {
  expect(stage.box.pid('session-1')).toBeGreaterThan(0);
  await Promise.all(clients.map((client) => client.say('one two three')));
  await answered('one two three');
});

it('answers every conversation once though the second of each is killed, and relay', async () => {
  await Promise.all(clients.map((client) => client.say('four five six')));
  for (const name of ['auth-1', 'session-1', 'relay']) stage.box.kill(name);
  await answered('four five six');
  await Promise.all(clients.map((client) => client.say('seven eight nine')));
  await answered('seven eight nine');
  await answered('one two three');
  // The first was also told who owns it, and had “hello” answered; nobody anything twice.
  expect(clients.map((client) => client.answers().length - 3)).toEqual([2, 0, 0, 0]);
});
