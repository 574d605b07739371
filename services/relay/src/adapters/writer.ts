/**
 * Writes to chats so that nothing stands there twice.
 *
 * Semantics
 * - A slot (a delivery's part) is posted once and edited from then on; edits are idempotent, so doing all of it again does
 *   no harm. A post whose answer was lost is repeated with the same key where the platform keeps keys; elsewhere the
 *   copy says that it may be one. A message that can be edited no more is followed by a new one.
 * - Writes to one conversation happen one after another. Live edits give way: only the newest is kept, none is sent
 *   while a final waits, and a final never waits for one that has not begun.
 * - A platform that asks to wait is obeyed, for that conversation only, across restarts. What it refuses for good is told as
 *   `Refused`; everything else is tried until it succeeds.
 */
import { Unprocessable } from '@threadbox/messaging';
import { platformOf, type Button } from '@threadbox/schemas';
import {
  RateLimited,
  Refused,
  Uncertain,
  type Budget,
  type OutgoingFile,
  type Part,
  type Sender,
} from '@threadbox/platforms';
import { SpanKind, trace } from '@opentelemetry/api';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { LRUCache } from 'lru-cache';
import { AGAIN } from '../domain/final-text.ts';
import { createBudgets } from './budget.ts';
import { createCallMetrics } from './call-metrics.ts';
import { createLiveEdits, type LiveView } from './live-edits.ts';
import { later, untilDone } from './patience.ts';
import { createPenalties } from './penalties.ts';
import type { DeliveryRecord, Slot } from './record.ts';
import { keyOf, slotsOf, type Slots } from './slots.ts';

type Log = { warn: (fields: object, text: string) => void };

/** NATS may take this long to write one thing down, in milliseconds, before it is asked again. */
const RECORD_PATIENCE = 5000;

/** For so long after the end has begun, in milliseconds, it is still written down what became of calls under way. */
const LAST_WORDS = 5000;

/** Milliseconds between two signs of writing in one chat: Telegram shows one for five seconds. */
const TYPING = 4000;

/** What is to stand in a slot, made from Markdown; asked again with a mark where it may be a copy. */
export type Content = {
  slot: Slot;
  make: (mark: string) => Part;
  buttons?: readonly Button[];
  /** It will be edited while the turn runs. */
  live?: boolean;
};

export type Writer = ReturnType<typeof createWriter>;

/** Binds the writer to the senders of the platforms that are on. */
export const createWriter = (options: {
  senders: ReadonlyMap<string, Sender>;
  record: DeliveryRecord;
  log: Log;
  signal: AbortSignal;
  /** Until when platforms wanted no calls, as an earlier life of the relay was told. */
  penalties: ReadonlyMap<string, number>;
}) => {
  const { senders, record, log, signal } = options;
  const penalties = createPenalties(options.penalties);
  const tracer = trace.getTracer('threadbox.relay');
  const measured = createCallMetrics(penalties);
  const tails = new Map<string, Promise<unknown>>();
  const known = new LRUCache<string, string>({ max: 20_000 });
  const typed = new LRUCache<string, number>({ max: 1000 });

  const senderOf = (conversation: string): Sender => {
    const sender = senders.get(platformOf(conversation));
    // Put aside rather than given up: once the platform is on again, it can be replayed from there.
    if (!sender) throw new Unprocessable(`the platform ${platformOf(conversation)} is not switched on here`);
    return sender;
  };

  const slots = (conversation: string): Slots => slotsOf(record, senderOf(conversation));

  const drafts = (conversation: string): boolean => senderOf(conversation).draft?.isFor(conversation) === true;

  const persist = <Value>(work: () => Promise<Value>): Promise<Value> =>
    untilDone(work, {
      signal,
      within: RECORD_PATIENCE,
      onFailure: (error, tries) => {
        if (tries === 1) log.warn({ err: error }, 'the record cannot be written; waiting for NATS');
      },
    });

  const theEnd = later(signal, LAST_WORDS);
  /** Writes down how a call ended, also while we stop: what is not known to stand, our successor would post again. */
  const writeDown = (work: () => Promise<void>): Promise<void> =>
    untilDone(work, { signal: theEnd, within: RECORD_PATIENCE, onFailure: () => undefined });

  /** One after another, per conversation. */
  const inTurn = <Value>(conversation: string, task: () => Promise<Value>): Promise<Value> => {
    const next = (tails.get(conversation) ?? Promise.resolve()).then(task, task);
    const settled = next.catch(() => undefined);
    tails.set(conversation, settled);
    void settled.then(() => tails.get(conversation) === settled && tails.delete(conversation));
    return next;
  };

  const budgets = createBudgets();
  const budgetOf = (conversation: string): Budget => senderOf(conversation).budget(conversation);
  const isPenalized = (conversation: string): boolean => penalties.left(budgetOf(conversation).chat) > 0;

  /** Waits until the platform wants calls for this chat again, and counts the call. */
  const rested = async (conversation: string): Promise<void> => {
    const budget = budgetOf(conversation);
    const wait = penalties.left(budget.chat);
    if (wait > 0) await sleep(wait, undefined, { signal });
    signal.throwIfAborted();
    budgets.spend(budget);
  };

  const penalize = async (conversation: string, { retryAfter }: RateLimited): Promise<void> => {
    const { chat } = budgetOf(conversation);
    const until = penalties.impose(chat, retryAfter);
    await persist(() => record.penalize(chat, until));
  };

  /** One call to a platform, traced and counted. */
  const attempt = <Value>(conversation: string, what: string, work: () => Promise<Value>): Promise<Value> => {
    const platform = platformOf(conversation);
    return measured(platform, what, () =>
      tracer.startActiveSpan(`${what} ${platform}`, { kind: SpanKind.CLIENT }, (span) =>
        work().finally(() => span.end()),
      ),
    );
  };

  /** What a failed call asks for before the next try: the platform's rest, or a growing pause. `Refused` comes through. */
  const recover = async (conversation: string, what: string, error: unknown, tries: number): Promise<void> => {
    if (error instanceof Refused) throw error;
    if (error instanceof RateLimited) return penalize(conversation, error);
    log.warn(
      { err: error, platform: platformOf(conversation), call: what, tries },
      'a platform call failed; trying again',
    );
    await sleep(Math.min(200 * 2 ** (tries - 1), 30_000), undefined, { signal });
  };

  /** A call that may happen twice (an edit, a close): until it succeeds. */
  const insist = async <Value>(conversation: string, what: string, work: () => Promise<Value>): Promise<Value> => {
    for (let tries = 1; ; tries += 1) {
      await rested(conversation);
      try {
        return await attempt(conversation, what, work);
      } catch (error) {
        await recover(conversation, what, error, tries);
      }
    }
  };

  const remember = (slot: Slot, messageId: string): void => {
    known.set(keyOf(slot), messageId);
  };

  /** Posts what is not there yet, and tells its message id; `fresh` where what stands there is certainly what was posted. */
  const ensure = async (
    conversation: string,
    slot: Slot,
    post: (mark: string, retry: boolean) => Promise<string>,
  ): Promise<{ messageId: string; fresh: boolean }> => {
    const cached = known.get(keyOf(slot));
    if (cached !== undefined) return { messageId: cached, fresh: false };
    for (let tries = 1; ; tries += 1) {
      await rested(conversation);
      const by = randomUUID();
      const before = await persist(() => slots(conversation).intend(conversation, slot, by));
      if (before.state === 'posted') {
        remember(slot, before.messageId);
        return { messageId: before.messageId, fresh: false };
      }
      const mayStand = before.state === 'posting';
      const mark = mayStand && !senderOf(conversation).capabilities.idempotentPost ? AGAIN : '';
      let messageId: string;
      try {
        messageId = await attempt(conversation, 'post', () => post(mark, mayStand));
      } catch (error) {
        // Certainly not posted, neither now nor before: nothing may look like a copy later, not even after a restart.
        if (error instanceof Refused || !(mayStand || error instanceof Uncertain))
          await writeDown(() => slots(conversation).notPosted(conversation, slot));
        await recover(conversation, 'post', error, tries);
        continue;
      }
      await writeDown(() => slots(conversation).posted(conversation, slot, messageId));
      remember(slot, messageId);
      // With a key the platform may have told us of an earlier post, which says what was to be said then.
      return { messageId, fresh: !(mayStand && senderOf(conversation).capabilities.idempotentPost) };
    }
  };

  const write = async (conversation: string, { slot, make, buttons, live: isLive }: Content): Promise<void> => {
    const sender = senderOf(conversation);
    const shown = buttons === undefined ? {} : { buttons };
    const postAs =
      (key: string) =>
      (mark: string, retry: boolean): Promise<string> =>
        sender.post(conversation, make(mark), { key, retry, ...shown, ...(isLive && { live: isLive }) });
    const { messageId, fresh } = await ensure(conversation, slot, postAs(keyOf(slot)));
    if (fresh || !sender.capabilities.edit) return;
    try {
      await insist(conversation, 'edit', () => sender.edit(conversation, messageId, make(''), shown));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      // Somebody deleted it, or it is too old to be edited: what is to be said is said in a new message.
      known.delete(keyOf(slot));
      await persist(() => slots(conversation).lost(conversation, slot, messageId));
      await ensure(conversation, slot, postAs(`${keyOf(slot)} after ${messageId}`));
    }
  };

  /** Several messages as one call: the record knows the first of each, which stands for all of them. */
  const writeTogether = async (
    conversation: string,
    contents: readonly Content[],
    { limit, post }: NonNullable<Sender['together']>,
  ): Promise<void> => {
    for (let at = 0; at < contents.length; at += limit) {
      const some = contents.slice(at, at + limit);
      const [first, last] = [some[0]!, some.at(-1)!];
      const shown = last.buttons === undefined ? {} : { buttons: last.buttons };
      await ensure(conversation, first.slot, async (mark, retry) => {
        const parts = some.map(({ make }, i) => make(i === some.length - 1 ? mark : ''));
        const ids = await post(conversation, parts, { key: keyOf(first.slot), retry, ...shown });
        return ids[0] ?? '';
      });
    }
  };

  const live = createLiveEdits({
    findMessage: async (conversation, slot) => {
      const messageId = await persist(() => slots(conversation).messageId(conversation, slot));
      if (messageId !== undefined) remember(slot, messageId);
      return messageId;
    },
    knownMessage: (slot) => known.get(keyOf(slot)),
    senderOf,
    drafts,
    // Something that matters is under way here, or the platform wants rest: the next one will be newer anyway.
    hasRoom: (conversation) =>
      !tails.has(conversation) && !isPenalized(conversation) && budgets.hasRoom(budgetOf(conversation)),
    inTurn,
    call: (conversation, work) => measured(platformOf(conversation), 'live', work),
    spend: (conversation) => budgets.spend(budgetOf(conversation)),
    penalize,
    log,
  });

  return {
    /**
     * Makes slots look like this, in order; nothing if it is not `wanted` any more once its turn has come.
     * Rejects with `Refused` where the chat will not take it.
     */
    show: (conversation: string, contents: readonly Content[], wanted: () => boolean = () => true): Promise<void> => {
      for (const { slot } of contents) live.cancel(slot);
      return inTurn(conversation, async () => {
        if (!wanted()) return;
        const { together } = senderOf(conversation);
        if (together && contents.length > 1) return writeTogether(conversation, contents, together);
        for (const content of contents) await write(conversation, content);
      });
    },

    /** Makes what stands in a slot look like this; where nothing stands there, or somebody deleted it, nothing is posted. */
    amend: (conversation: string, slot: Slot, part: Part): Promise<void> => {
      live.cancel(slot);
      return inTurn(conversation, async () => {
        const sender = senderOf(conversation);
        const messageId =
          known.get(keyOf(slot)) ?? (await persist(() => slots(conversation).messageId(conversation, slot)));
        if (messageId === undefined || !sender.capabilities.edit) return;
        try {
          await insist(conversation, 'edit', () => sender.edit(conversation, messageId, part, {}));
        } catch (error) {
          if (!(error instanceof Refused)) throw error;
        }
      });
    },

    /** Posts a file, once. */
    showFile: (conversation: string, delivery: string, file: OutgoingFile): Promise<void> =>
      inTurn(conversation, async () => {
        const sender = senderOf(conversation);
        const slot = { delivery, part: 0 };
        await ensure(conversation, slot, (_, retry) =>
          sender.postFile(conversation, file, { key: keyOf(slot), retry }),
        );
      }),

    /** Shows how a running turn stands, soon and not too often; the newest wins. Never fails, never waits. */
    showLive: (conversation: string, slot: Slot, make: () => LiveView): void => {
      if (senders.get(platformOf(conversation))?.capabilities.edit) live.show(conversation, slot, make);
    },

    /** Shows that something is being written; platforms show it for some seconds, so asking more often would be waste. */
    typing: (conversation: string): void => {
      const now = performance.now();
      if (now - (typed.get(conversation) ?? -Infinity) < TYPING) return;
      typed.set(conversation, now);
      void senders.get(platformOf(conversation))?.typing(conversation);
    },

    /** Opens a thread below a conversation, once, and tells its own conversation. */
    openThread: (conversation: string, delivery: string, title: string): Promise<string> =>
      inTurn(conversation, async () => {
        const sender = senderOf(conversation);
        if (!sender.openThread) throw new Refused('this platform has no threads');
        const slot = { delivery, part: 0 };
        const open = sender.openThread;
        const { messageId } = await ensure(conversation, slot, (_, retry) =>
          open(conversation, { title, key: keyOf(slot), retry }),
        );
        return messageId;
      }),

    /** Closes a conversation on its platform and forgets what was posted there. `again`: this may have happened before. */
    close: (conversation: string, session: string, again: boolean): Promise<void> =>
      inTurn(conversation, async () => {
        const last = await persist(() => slots(conversation).lastPosted(conversation));
        // Forgotten already, so closed already: another close would not know what to keep, and purge the last word too.
        if (again && last === undefined) return;
        await insist(conversation, 'close', () => senderOf(conversation).close(conversation, last));
        await persist(() => record.forget(conversation, session));
      }),

    senderOf,
    /** Whether work in progress is shown as a draft there: then there is no placeholder. */
    drafts,
    /** Whether the platform of a conversation is switched on here. */
    isOn: (conversation: string): boolean => senders.has(platformOf(conversation)),
    persist,
    stop: live.stop,
  };
};
