import { RateLimited, type EditOptions, type Part, type Sender } from '@threadbox/platforms';
import type { Slot } from './record.ts';
import { keyOf } from './slots.ts';

/** A look at work in progress: as a part, and as what it was made from. */
export type LiveView = { part: Part; of: NonNullable<EditOptions['live']> };

/** How a running turn is to look next, and when it was last shown. `isSought`: the record was asked for its message. */
type Live = {
  slot: Slot;
  make: () => LiveView;
  timer: NodeJS.Timeout | undefined;
  last: number;
  isSought: boolean;
};

type Ports = {
  knownMessage: (slot: Slot) => string | undefined;
  /** The message that a former life of the relay posted in this slot, if any. */
  findMessage: (conversation: string, slot: Slot) => Promise<string | undefined>;
  senderOf: (conversation: string) => Sender;
  drafts: (conversation: string) => boolean;
  hasRoom: (conversation: string) => boolean;
  inTurn: <Value>(conversation: string, task: () => Promise<Value>) => Promise<Value>;
  /** One call to the platform, counted. */
  call: <Value>(conversation: string, work: () => Promise<Value>) => Promise<Value>;
  spend: (conversation: string) => void;
  penalize: (conversation: string, limit: RateLimited) => Promise<void>;
  log: { warn: (fields: object, text: string) => void };
};

/** Shows work in progress in messages that stand already: only the newest view counts, and one that cannot be sent is dropped. */
export const createLiveEdits = (ports: Ports) => {
  const { knownMessage, findMessage, senderOf, drafts, hasRoom, inTurn, call, spend, penalize, log } = ports;
  const live = new Map<string, Live>();

  /** The record is asked once. */
  const seek = async (conversation: string, pending: Live): Promise<string | undefined> => {
    if (pending.isSought) return undefined;
    pending.isSought = true;
    return findMessage(conversation, pending.slot);
  };

  const send = async (conversation: string, key: string): Promise<void> => {
    const pending = live.get(key);
    if (!pending) return;
    const isDraft = drafts(conversation);
    const messageId = isDraft ? undefined : (knownMessage(pending.slot) ?? (await seek(conversation, pending)));
    const isShown = isDraft || messageId !== undefined;
    if (!isShown || !hasRoom(conversation)) return;
    pending.last = performance.now();
    await inTurn(conversation, async () => {
      if (live.get(key) !== pending) return;
      const sender = senderOf(conversation);
      const { part, of } = pending.make();
      spend(conversation);
      try {
        await call(conversation, async () =>
          messageId === undefined
            ? sender.draft?.show(conversation, pending.slot.delivery, part)
            : sender.edit(conversation, messageId, part, { live: of }),
        );
      } catch (error) {
        if (error instanceof RateLimited) await penalize(conversation, error);
      }
    });
  };

  return {
    /** Soon, and not too often. */
    show: (conversation: string, slot: Slot, make: () => LiveView): void => {
      const key = keyOf(slot);
      const pending = live.get(key) ?? { slot, make, timer: undefined, last: -Infinity, isSought: false };
      pending.make = make;
      live.set(key, pending);
      if (pending.timer !== undefined) return;
      pending.timer = setTimeout(
        () => {
          pending.timer = undefined;
          send(conversation, key).catch((error: unknown) => log.warn({ err: error }, 'a live edit failed'));
        },
        Math.max(0, pending.last + senderOf(conversation).budget(conversation).pace - performance.now()),
      );
    },
    /** Something final is to stand there. */
    cancel: (slot: Slot): void => {
      const pending = live.get(keyOf(slot));
      clearTimeout(pending?.timer);
      live.delete(keyOf(slot));
    },
    stop: (): void => {
      for (const { timer } of live.values()) clearTimeout(timer);
      live.clear();
    },
  };
};
