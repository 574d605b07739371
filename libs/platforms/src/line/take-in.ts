import { LRUCache } from 'lru-cache';
import type { PlatformLog } from '../log.ts';
import type { Accept, Hints } from '../port.ts';
import { createLanes } from '../webhook/lanes.ts';
import { LineEvent } from './events.ts';
import { type Bot, hear, type Heard, type OpenFile } from './incoming.ts';
import type { Names } from './names.ts';
import { joinRuns } from './runs.ts';

/** Milliseconds after which an event is no news any more, unless LINE itself says that it brings it again. */
const NEWS = 300_000;

/** How many deliveries are remembered, so that none is taken in twice however often it comes. */
const REMEMBERED = 20_000;

/** What came of a delivery: everything is accepted, or something in it has to come again. */
export type Outcome = 'accepted' | 'again';

type Parts = {
  bot: Bot;
  open: OpenFile;
  names: Names;
  hints: Hints;
  accept: Accept;
  log: PlatformLog;
  now?: () => number;
};

/**
 * Takes the events of a delivery in: conversations side by side, each in order, and none after one that was not accepted.
 * An event that is too old and not marked as brought again is refused: it may be a delivery that somebody recorded. LINE,
 * which signs that mark too, brings back what it has not been thanked for, so nothing of its own is lost by this.
 */
export const createTakeIn = ({ bot, open, names, hints, accept, log, now = Date.now }: Parts) => {
  const inLane = createLanes();
  const taken = new LRUCache<string, true>({ max: REMEMBERED });
  let refused = 0;

  const remember = (deliveries: readonly string[]): void => {
    for (const delivery of deliveries) taken.set(delivery, true);
  };

  const takeOne = async (heard: Heard): Promise<void> => {
    if (heard.deliveries.every((delivery) => taken.has(delivery))) return;
    const { eventId, conversation, at, user, reply, said } = heard;
    // Left before it is accepted, so that whoever answers finds it; without it an answer costs a message of the quota.
    if (reply)
      await hints
        .leave(conversation, JSON.stringify(reply))
        .catch((error: unknown) => log.warn({ err: error }, 'a reply token could not be kept'));
    const author = { id: `line:${user}`, name: await names(user, at) };
    const place = {
      platform: 'line',
      workspace: `line:${bot.id}`,
      conversation,
      direct: at.kind === 'user',
      author,
    };
    await accept({ eventId, place, ...said });
    remember(heard.deliveries);
  };

  const read = (raw: unknown): LineEvent | undefined => {
    const parsed = LineEvent.safeParse(raw);
    if (!parsed.success) log.error({}, 'a LINE event could not be read and is left out');
    return parsed.data;
  };

  return async (raw: readonly unknown[]): Promise<Outcome> => {
    const events = raw.flatMap((each) => read(each) ?? []);
    const isNews = ({ timestamp, deliveryContext }: LineEvent): boolean =>
      deliveryContext.isRedelivery || timestamp > now() - NEWS;
    const news = events.filter(isNews);
    const old = events.length - news.length;
    if (old > 0) {
      refused += old;
      log.warn(
        { events: old, refused },
        'LINE events older than five minutes were refused: recorded, or a wrong clock',
      );
    }
    const heard = news.flatMap((event) => hear(event, bot, open, now()) ?? []);
    const lanes = [...Map.groupBy(heard, ({ conversation }) => conversation)];
    const done = await Promise.allSettled(
      lanes.map(([lane, own]) =>
        inLane(lane, async () => {
          for (const each of joinRuns(own)) await takeOne(each);
        }),
      ),
    );
    const failed = done.filter((each) => each.status === 'rejected');
    for (const { reason } of failed)
      log.warn({ err: reason as unknown }, 'a LINE event was not taken in; LINE delivers it again');
    return failed.length + old > 0 ? 'again' : 'accepted';
  };
};
