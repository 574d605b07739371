import { setTimeout as sleep } from 'node:timers/promises';
import type { Bus } from '@threadbox/messaging';
import { durables } from '@threadbox/schemas';

/** Where a consumer stands: what it has dealt with. */
type Standing = ReadonlyMap<string, string>;

/** For so long nothing is delivered, unless we say so again: if we die, everything goes on by itself. Milliseconds. */
const PAUSE = 20_000;
/** How long the readers may take to finish what they have in hand; past it a copy is made all the same. Milliseconds. */
const PATIENCE = 15_000;
const AT_ONCE = 32;

const inGroups = async <Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> => {
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(work));
};

/**
 * Works while no service takes anything new: nothing is delivered to their readers, and what they had in hand is dealt with. What
 * comes in from outside is stored as ever, and waits. Sandboxes go on.
 */
export const holdStill = async <Value>({ jsm }: Pick<Bus, 'jsm'>, work: () => Promise<Value>): Promise<Value> => {
  const pause = (): Promise<void> =>
    inGroups(durables, ({ stream, durable }) => jsm.consumers.pause(stream, durable, new Date(Date.now() + PAUSE)));
  const isSettled = async (): Promise<boolean> => {
    let inHand = 0;
    await inGroups(durables, async ({ stream, durable }) => {
      inHand += (await jsm.consumers.info(stream, durable)).num_ack_pending;
    });
    return inHand === 0;
  };
  let isOver = false;
  let renewing: Promise<unknown> = Promise.resolve();
  const timer = setInterval(() => {
    renewing = renewing.then(() => (isOver ? undefined : pause())).catch(() => undefined);
  }, PAUSE / 3);
  try {
    await pause();
    const deadline = Date.now() + PATIENCE;
    while (!(await isSettled()) && Date.now() < deadline) await sleep(20);
    return await work();
  } finally {
    isOver = true;
    clearInterval(timer);
    await renewing;
    await inGroups(durables, ({ stream, durable }) => jsm.consumers.resume(stream, durable)).catch(() => undefined);
  }
};

/** Where every consumer of a stream that outlives its reader stands. */
export const standingOf = async ({ jsm }: Pick<Bus, 'jsm'>, stream: string): Promise<Standing> => {
  const standing = new Map<string, string>();
  for await (const { name, config, ack_floor: floor, num_ack_pending: inHand } of jsm.consumers.list(stream))
    if (config.durable_name !== undefined) standing.set(name, `${floor.consumer_seq} ${inHand}`);
  return standing;
};

/** True where nothing was dealt with between two looks. */
export const stoodStill = (before: Standing, after: Standing): boolean =>
  before.size === after.size && [...before].every(([name, where]) => after.get(name) === where);
