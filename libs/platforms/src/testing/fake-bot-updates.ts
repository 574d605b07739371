import { setTimeout as sleep } from 'node:timers/promises';
import type { Update } from 'grammy/types';
import { BotApiError } from './fake-bot-chats.ts';

/** Where updates are delivered to by webhook. */
type Hook = { url: string; secret: string | undefined };

/** The updates of a bot that wait for it, kept until they are confirmed. */
export type Updates = {
  push: (build: (updateId: number) => Update) => number;
  /** Whether the bot has confirmed the update: a later offset, or a 200. */
  received: (updateId: number) => boolean;
  /** Delivers what was delivered last once more, under the same id. */
  redeliver: () => void;
  poll: (options: { offset: number; limit: number; seconds: number; gone: AbortSignal }) => Promise<Update[]>;
  setHook: (hook: Hook | undefined) => void;
  hook: () => Hook | undefined;
  pending: () => number;
  close: () => Promise<void>;
};

const conflict = {
  hook: "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
  poll: 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
} as const;

/** Milliseconds between two deliveries of an update that was not answered with 200. Telegram's are longer. */
const RETRY = 50;

/** A queue with nothing in it, polled until a hook is set. */
export const createUpdates = (): Updates => {
  let waiting: Update[] = [];
  /** Handed out once more, though they are confirmed. */
  let repeats: Update[] = [];
  let last: Update | undefined;
  let lastId = 700_000_000;
  let hook: Hook | undefined;
  let wake = new AbortController();
  let supersede = new AbortController();
  const closing = new AbortController();
  let delivering: Promise<void> = Promise.resolve();

  const confirm = (isConfirmed: (update: Update) => boolean): void => {
    last = waiting.findLast(isConfirmed) ?? last;
    waiting = waiting.filter((update) => !isConfirmed(update));
  };

  const deliverOnce = async (update: Update, { url, secret }: Hook): Promise<boolean> => {
    const headers = {
      'content-type': 'application/json',
      ...(secret && { 'x-telegram-bot-api-secret-token': secret }),
    };
    const request = { method: 'POST', headers, body: JSON.stringify(update), signal: closing.signal };
    return fetch(url, request).then(
      ({ status }) => status === 200,
      () => false,
    );
  };
  const deliverAll = async (): Promise<void> => {
    for (;;) {
      const update = repeats[0] ?? waiting[0];
      if (hook === undefined || update === undefined || closing.signal.aborted) return;
      if (await deliverOnce(update, hook)) {
        repeats = repeats.filter((each) => each !== update);
        confirm((each) => each === update);
      } else await sleep(RETRY, undefined, { signal: closing.signal }).catch(() => {});
    }
  };
  const changed = (): void => {
    wake.abort();
    wake = new AbortController();
    delivering = delivering.then(deliverAll);
  };

  return {
    push: (build) => {
      lastId += 1;
      waiting.push(build(lastId));
      changed();
      return lastId;
    },
    received: (updateId) => !waiting.some(({ update_id: id }) => id === updateId),
    redeliver: () => {
      if (last) repeats.push(last);
      changed();
    },
    poll: async ({ offset, limit, seconds, gone }) => {
      if (hook !== undefined) throw new BotApiError(409, conflict.hook);
      supersede.abort();
      supersede = new AbortController();
      const other = supersede.signal;
      confirm(({ update_id: id }) => id < offset);
      if (waiting.length + repeats.length === 0 && seconds > 0) {
        const end = AbortSignal.any([wake.signal, other, gone, closing.signal]);
        await sleep(seconds * 1000, undefined, { signal: end }).catch(() => {});
      }
      if (other.aborted) throw new BotApiError(409, conflict.poll);
      if (gone.aborted) return [];
      return [...repeats.splice(0), ...waiting].slice(0, limit);
    },
    setHook: (next) => {
      hook = next;
      changed();
    },
    hook: () => hook,
    pending: () => waiting.length,
    close: async () => {
      closing.abort();
      await delivering;
    },
  };
};
