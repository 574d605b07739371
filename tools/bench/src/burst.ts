/** Everybody at once: whether all are answered, each chat in order, and what it does to memory. */
import { DeliverPolicy } from '@nats-io/jetstream';
import { streams } from '@threadbox/schemas';
import { warmUp } from './load.ts';
import { usage } from './processes.ts';
import type { Suite } from './suite.ts';
import { withSystem } from './system.ts';

const CHATS = 200;
/** Milliseconds without any answer after which the rest is taken to be lost. */
const SILENCE = 60_000;

type Shown = { author: string; text: string; status?: string; thread: string };

/** What the agents answered in each chat, in the order in which it came to stand there. */
const listen = async ({ bus }: Parameters<Parameters<typeof withSystem>[1]>[0], expected: number) => {
  const consumer = await bus.js.consumers.get(streams.web, {
    filter_subjects: 'web.*.*.message.*',
    deliver_policy: DeliverPolicy.New,
  });
  const messages = await consumer.consume();
  const answered = new Map<string, number[]>();
  let count = 0;
  let last = performance.now();
  const done = (async () => {
    const timer = setInterval(() => {
      if (performance.now() - last > SILENCE) messages.stop();
    }, 1000);
    for await (const message of messages) {
      const { author, text, status, thread }: Shown = message.json();
      const number = /^burst (\d+)$/.exec(text)?.[1];
      if (author !== 'bot' || status !== undefined || number === undefined) continue;
      answered.set(thread, [...(answered.get(thread) ?? []), Number(number)]);
      last = performance.now();
      count += 1;
      if (count === expected) break;
    }
    clearInterval(timer);
  })();
  return { done, answered, last: () => last };
};

export const burst: Suite = {
  title: 'Burst',
  about: `10,000 messages at once over ${CHATS} chats, from the first request until the last answer; memory in MB`,
  targets: [
    { row: 'burst', column: 'unanswered', atMost: 0 },
    { row: 'burst', column: 'answered twice', atMost: 0 },
    { row: 'burst', column: 'chats out of order', atMost: 0 },
  ],
  run: ({ scale }) =>
    withSystem({}, async (system) => {
      const { client } = system;
      await warmUp(client, CHATS, 1);
      const each = Math.round(50 * scale);
      const count = each * CHATS;
      const heard = await listen(system, count);
      let peak = 0;
      const watch = setInterval(() => {
        void usage().then((found) => {
          const services = [...found.values()].filter(
            ({ name }) => !['nats', 'postgres', 'runner', 'sh'].includes(name),
          );
          peak = Math.max(
            peak,
            services.reduce((sum, { alone }) => sum + alone, 0),
          );
        });
      }, 1000);
      const begun = performance.now();
      // The order of a chat is the order in which the gateway had its messages: one after another, all chats at once.
      await Promise.all(
        Array.from({ length: CHATS }, async (_, chat) => {
          for (let n = 0; n < each; n += 1) {
            const status = await client.say(`chat-${chat}`, `burst ${n}`);
            if (status !== 202) throw new Error(`the gateway answered ${status}`);
          }
        }),
      );
      const taken = performance.now() - begun;
      await heard.done;
      clearInterval(watch);
      const chats = [...heard.answered.values()];
      const distinct = chats.reduce((sum, numbers) => sum + new Set(numbers).size, 0);
      const all = chats.reduce((sum, numbers) => sum + numbers.length, 0);
      const seconds = (heard.last() - begun) / 1000;
      return {
        burst: {
          messages: count,
          unanswered: count - distinct,
          'answered twice': all - distinct,
          'chats out of order': chats.filter((numbers) => numbers.some((n, i) => i > 0 && n < (numbers[i - 1] ?? 0)))
            .length,
          'all taken in, s': taken / 1000,
          'all answered, s': seconds,
          'answers a second': distinct / seconds,
          'peak memory, MB': peak,
        },
      };
    }),
};
