import { setTimeout as sleep } from 'node:timers/promises';
import type { BenchClient } from './bench-client.ts';
import { atRest } from './processes.ts';

const name = (chat: number): string => `chat-${chat}`;

/** Every chat has its session, every path was run, and nothing of that is still under way (the making of sandboxes, above all). */
export const warmUp = async (client: BenchClient, chats: number, times = 3): Promise<void> => {
  await Promise.all(
    Array.from({ length: chats }, async (_, chat) => {
      for (let n = 0; n < times; n += 1) await client.ask(name(chat), 'warm');
    }),
  );
  await atRest();
};

/** So many messages a second, over the chats in turn; milliseconds of each. */
export const atRate = async (
  client: BenchClient,
  { count, rate, chats }: { count: number; rate: number; chats: number },
): Promise<number[]> => {
  const begun = performance.now();
  const all: Array<Promise<number>> = [];
  for (let n = 0; n < count; n += 1) {
    all.push(client.ask(name(n % chats), 'at rate'));
    const wait = begun + ((n + 1) * 1000) / rate - performance.now();
    if (wait > 1) await sleep(wait);
  }
  return Promise.all(all);
};

/** Every chat says its next thing once it was answered, for so many seconds; milliseconds of each, and how many a second. */
export const asFastAsItGoes = async (
  client: BenchClient,
  { seconds, chats }: { seconds: number; chats: number },
): Promise<{ times: number[]; rate: number }> => {
  const begun = performance.now();
  const times: number[] = [];
  await Promise.all(
    Array.from({ length: chats }, async (_, chat) => {
      while (performance.now() - begun < seconds * 1000) times.push(await client.ask(name(chat), 'fast'));
    }),
  );
  return { times, rate: times.length / ((performance.now() - begun) / 1000) };
};
