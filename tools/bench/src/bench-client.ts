import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { DeliverPolicy } from '@nats-io/jetstream';
import type { Bus } from '@threadbox/messaging';
import { streams } from '@threadbox/schemas';
import type { Threadbox } from '@threadbox/tool-threadbox';

type Shown = { type: string; author: string; text: string; status?: string };

/** What was asked ends with a word of its own, by which its answer is known. */
const WORD = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;
/** Milliseconds after which an answer is taken to be lost. */
const PATIENCE = 120_000;

/** Says things at the page's API and tells when an answer stands there, by listening where the page listens. */
export const benchClient = async (box: Threadbox, bus: Bus) => {
  // Idle connections are given up before the server does so.
  const agent = new Agent({ keepAlive: true, maxSockets: 64, timeout: 3000 });
  const waiting = new Map<string, (at: number) => void>();
  const consumer = await bus.js.consumers.get(streams.web, {
    filter_subjects: 'web.*.*.message.*',
    deliver_policy: DeliverPolicy.New,
  });
  const messages = await consumer.consume();
  void (async () => {
    for await (const message of messages) {
      const at = performance.now();
      const shown: Shown = message.json();
      if (shown.author !== 'bot' || shown.status !== undefined) continue;
      const word = WORD.exec(shown.text)?.[0] ?? '';
      waiting.get(word)?.(at);
    }
  })();

  const post = (thread: string, kind: 'messages' | 'presses', body: object): Promise<number> =>
    new Promise((resolve, reject) => {
      const text = JSON.stringify(body);
      const call = request(
        `${box.webUrl}/web/api/threads/${thread}/${kind}`,
        {
          method: 'POST',
          agent,
          headers: {
            authorization: `Bearer ${box.webToken}`,
            'content-type': 'application/json',
            'content-length': Buffer.byteLength(text),
          },
        },
        (response) => {
          response.resume();
          response.on('end', () => resolve(response.statusCode ?? 0));
        },
      );
      call.on('error', reject);
      call.end(text);
    });

  return {
    press: (thread: string, value: string) => post(thread, 'presses', { id: randomUUID(), value }),
    /** Milliseconds from the request's begin until the answer stands in the chat. Rejects where none comes. */
    ask: async (thread: string, text: string): Promise<number> => {
      const word = randomUUID();
      const answered = new Promise<number>((resolve, reject) => {
        const timer = setTimeout(() => {
          waiting.delete(word);
          reject(new Error(`no answer in ${thread} within ${PATIENCE / 1000} s`));
        }, PATIENCE);
        waiting.set(word, (at) => {
          clearTimeout(timer);
          waiting.delete(word);
          resolve(at);
        });
      });
      answered.catch(() => undefined);
      const begun = performance.now();
      const status = await post(thread, 'messages', { id: randomUUID(), text: `${text} ${word}` });
      if (status !== 202) throw new Error(`the gateway answered ${status}`);
      return (await answered) - begun;
    },
    /** Says something whose answer is recognised by another word. */
    say: (thread: string, text: string) => post(thread, 'messages', { id: randomUUID(), text }),
    close: () => {
      messages.stop();
      agent.destroy();
    },
  };
};

export type BenchClient = Awaited<ReturnType<typeof benchClient>>;
