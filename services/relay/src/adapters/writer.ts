/**
 * Writes to chats so that nothing stands there twice.
 *
 * Semantics
 * - A slot (a delivery's part) is posted once and edited from then on; edits are idempotent, so doing all of it again does
 *   no harm. A post whose answer was lost is repeated with the same key where the platform keeps keys; elsewhere the
 *   copy says that it may be one.
 * - Writes to one conversation happen one after another. Live edits give way: only the newest is kept, none is sent
 *   while a final waits, and a final never waits for one that has not begun.
 * - A platform that asks to wait is obeyed, for that conversation only, across restarts. What it refuses for good is told as
 *   `Refused`; everything else is tried until it succeeds.
 */
import { platformOf, type Button } from '@threadbox/schemas';
import { RateLimited, Refused, Uncertain, type OutgoingFile, type Part, type Sender } from '@threadbox/platforms';
import { metrics, SpanKind, trace } from '@opentelemetry/api';
import { setTimeout as sleep } from 'node:timers/promises';
import { AGAIN } from '../domain/final-text.ts';
import { untilDone } from './patience.ts';
import type { DeliveryRecord, Slot } from './record.ts';

type Log = { warn: (fields: object, text: string) => void };

/** Postgres may take this long for one statement, in milliseconds, before it is asked again. */
const RECORD_PATIENCE = 5000;

/** Milliseconds between two signs of writing in one chat: Telegram shows one for five seconds. */
const TYPING = 4000;

/** What is to stand in a slot, made from Markdown; asked again with a mark where it may be a copy. */
export type Content = { slot: Slot; make: (mark: string) => Part; buttons?: readonly Button[] };

export type Writer = ReturnType<typeof createWriter>;

/** Binds the writer to the senders of the platforms that are on. */
export const createWriter = (options: {
  senders: ReadonlyMap<string, Sender>;
  record: DeliveryRecord;
  log: Log;
  signal: AbortSignal;
  /** Penalties that an earlier life of the relay was given. */
  penalties: Map<string, number>;
}) => {
  const { senders, record, log, signal, penalties } = options;
  const tracer = trace.getTracer('threadbox.relay');
  const calls = metrics.getMeter('threadbox.relay').createCounter('threadbox_platform_calls', {
    description: 'Calls to chat platforms, by how they ended.',
  });
  const tails = new Map<string, Promise<unknown>>();
  const live = new Map<string, { slot: Slot; make: () => Part; timer: NodeJS.Timeout | undefined; last: number }>();
  const known = new Map<string, string>();
  const typed = new Map<string, number>();
  const keyOf = ({ delivery, part }: Slot): string => `${delivery}/${part}`;

  const senderOf = (conversation: string): Sender => {
    const sender = senders.get(platformOf(conversation));
    if (!sender) throw new Refused(`the platform ${platformOf(conversation)} is not switched on here`);
    return sender;
  };

  const persist = <Value>(work: () => Promise<Value>): Promise<Value> =>
    untilDone(work, {
      signal,
      within: RECORD_PATIENCE,
      onFailure: (error, tries) =>
        tries === 1 && log.warn({ err: error }, 'the record cannot be written; waiting for Postgres'),
    });

  /** One after another, per conversation. */
  const inTurn = <Value>(conversation: string, task: () => Promise<Value>): Promise<Value> => {
    const next = (tails.get(conversation) ?? Promise.resolve()).then(task, task);
    const settled = next.catch(() => undefined);
    tails.set(conversation, settled);
    void settled.then(() => tails.get(conversation) === settled && tails.delete(conversation));
    return next;
  };

  const penalized = async (conversation: string): Promise<void> => {
    const wait = (penalties.get(conversation) ?? 0) - Date.now();
    if (wait > 0) await sleep(wait, undefined, { signal });
  };

  const penalize = async (conversation: string, { retryAfter }: RateLimited): Promise<void> => {
    const until = Date.now() + retryAfter;
    penalties.set(conversation, until);
    await persist(() => record.penalize(conversation, until));
  };

  /** Calls a platform until it succeeds. `Refused` and `Uncertain` come through. */
  const call = async <Value>(conversation: string, what: string, work: () => Promise<Value>): Promise<Value> => {
    for (let tries = 1; ; tries += 1) {
      await penalized(conversation);
      signal.throwIfAborted();
      const attributes = { platform: platformOf(conversation), call: what };
      try {
        const value = await tracer.startActiveSpan(
          `${what} ${attributes.platform}`,
          { kind: SpanKind.CLIENT },
          (span) => work().finally(() => span.end()),
        );
        calls.add(1, { ...attributes, outcome: 'done' });
        return value;
      } catch (error) {
        calls.add(1, { ...attributes, outcome: error instanceof Error ? error.name : 'error' });
        if (error instanceof Refused || error instanceof Uncertain) throw error;
        if (error instanceof RateLimited) await penalize(conversation, error);
        else {
          log.warn({ err: error, ...attributes, tries }, 'a platform call failed; trying again');
          await sleep(Math.min(200 * 2 ** (tries - 1), 30_000), undefined, { signal });
        }
      }
    }
  };

  /** Posts what is not there yet, and tells its message id. */
  const ensure = async (
    conversation: string,
    slot: Slot,
    post: (key: string, mark: string) => Promise<string>,
  ): Promise<{ messageId: string; fresh: boolean }> => {
    const key = keyOf(slot);
    const cached = known.get(key);
    if (cached !== undefined) return { messageId: cached, fresh: false };
    let mark = '';
    for (;;) {
      const before = await persist(() => record.intend(slot, conversation));
      if (before.state === 'posted') {
        known.set(key, before.messageId);
        return { messageId: before.messageId, fresh: false };
      }
      if (before.state === 'posting' && !senderOf(conversation).capabilities.idempotentPost) mark = AGAIN;
      try {
        const messageId = await call(conversation, 'post', () => post(key, mark));
        await persist(() => record.posted(slot, messageId));
        known.set(key, messageId);
        if (known.size > 20_000) known.delete(known.keys().next().value ?? '');
        return { messageId, fresh: true };
      } catch (error) {
        if (error instanceof Refused) await persist(() => record.notPosted(slot));
        if (!(error instanceof Uncertain)) throw error;
      }
    }
  };

  const write = async (conversation: string, { slot, make, buttons }: Content): Promise<void> => {
    const sender = senderOf(conversation);
    const shown = buttons === undefined ? {} : { buttons };
    const { messageId, fresh } = await ensure(conversation, slot, (key, mark) =>
      sender.post(conversation, make(mark), { key, ...shown }),
    );
    if (fresh) return;
    if (sender.capabilities.edit)
      await call(conversation, 'edit', () => sender.edit(conversation, messageId, make(''), shown));
  };

  const cancelLive = (slot: Slot): void => {
    const pending = live.get(keyOf(slot));
    clearTimeout(pending?.timer);
    live.delete(keyOf(slot));
  };

  const sendLive = async (conversation: string, key: string): Promise<void> => {
    const pending = live.get(key);
    const messageId = known.get(key);
    // Something that matters is under way here, or the platform wants rest: the next one will be newer anyway.
    if (
      !pending ||
      messageId === undefined ||
      tails.has(conversation) ||
      (penalties.get(conversation) ?? 0) > Date.now()
    )
      return;
    pending.last = Date.now();
    await inTurn(conversation, async () => {
      if (live.get(key) !== pending) return;
      const sender = senderOf(conversation);
      try {
        await sender.edit(conversation, messageId, pending.make(), {});
      } catch (error) {
        if (error instanceof RateLimited) await penalize(conversation, error);
      }
    });
  };

  return {
    /** Makes slots look like this, in order. Rejects with `Refused` where the chat will not take it. */
    show: (conversation: string, contents: readonly Content[]): Promise<void> => {
      for (const { slot } of contents) cancelLive(slot);
      return inTurn(conversation, async () => {
        for (const content of contents) await write(conversation, content);
      });
    },

    /** Posts a file, once. */
    showFile: (conversation: string, delivery: string, file: OutgoingFile): Promise<void> =>
      inTurn(conversation, async () => {
        const sender = senderOf(conversation);
        await ensure(conversation, { delivery, part: 0 }, (key) => sender.postFile(conversation, file, { key }));
      }),

    /** Shows how a running turn stands, soon and not too often; the newest wins. Never fails, never waits. */
    showLive: (conversation: string, slot: Slot, make: () => Part): void => {
      const sender = senders.get(platformOf(conversation));
      if (!sender?.capabilities.edit) return;
      const key = keyOf(slot);
      const pending = live.get(key) ?? { slot, make, timer: undefined, last: 0 };
      pending.make = make;
      live.set(key, pending);
      if (pending.timer !== undefined) return;
      pending.timer = setTimeout(
        () => {
          pending.timer = undefined;
          sendLive(conversation, key).catch((error: unknown) => log.warn({ err: error }, 'a live edit failed'));
        },
        Math.max(0, pending.last + sender.pace(conversation) - Date.now()),
      );
    },

    /** Shows that something is being written; platforms show it for some seconds, so asking more often would be waste. */
    typing: (conversation: string): void => {
      const now = Date.now();
      if (now - (typed.get(conversation) ?? 0) < TYPING) return;
      typed.delete(conversation);
      typed.set(conversation, now);
      if (typed.size > 1000) typed.delete(typed.keys().next().value ?? '');
      void senders.get(platformOf(conversation))?.typing(conversation);
    },

    /** Closes a conversation on its platform and forgets what was posted there. */
    close: (conversation: string): Promise<void> =>
      inTurn(conversation, async () => {
        const last = await persist(() => record.lastPosted(conversation));
        await call(conversation, 'close', () => senderOf(conversation).close(conversation, last));
        await persist(() => record.forget(conversation));
      }),

    senderOf,
    persist,
    stop: (): void => {
      for (const { timer } of live.values()) clearTimeout(timer);
      live.clear();
    },
  };
};
