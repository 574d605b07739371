import type { ActivityChanged } from '@threadbox/schemas';

type Activity = Omit<ActivityChanged['data'], 'turn'>;

type Ports = {
  sendText: (at: number, text: string) => Promise<boolean>;
  sendActivity: (count: number, activity: Activity) => Promise<boolean>;
  /** Milliseconds between two sendings. */
  interval?: number;
  /** Characters that are worth a sending at once. */
  plenty?: number;
};

/** The most that goes into one message, in UTF-16 units. */
const MOST = 100_000;

/** What everybody assumes before they are told otherwise. */
const nothing: Activity = { tools: 0, plan: [] };

/** No half of a surrogate pair at the end: the other half is still to come. */
const whole = (text: string): string => text.replace(/[\uD800-\uDBFF]$/, '');

/**
 * Sends an answer while it grows, a few pieces a second at most, and what the agent is doing. A piece that was not
 * acknowledged is sent again as it was, so that no reader misses a part and none sees one twice.
 */
export const createStreamer = ({ sendText, sendActivity, interval = 150, plenty = 2000 }: Ports) => {
  let answer = '';
  let sent = 0;
  let pending: string | undefined;
  let activity: Activity | undefined;
  let shown = JSON.stringify(nothing);
  let count = 0;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();
  let busy = false;
  let stopped = false;

  const flush = async (): Promise<void> => {
    const now = JSON.stringify(activity);
    if (activity !== undefined && now !== shown && (await sendActivity(count, activity))) {
      shown = now;
      count += 1;
    }
    pending ??= whole(answer.slice(sent, sent + MOST)) || undefined;
    if (pending !== undefined && (await sendText(sent, pending))) {
      sent += pending.length;
      pending = undefined;
    }
  };

  const due = (): boolean => answer.length > sent || (activity !== undefined && JSON.stringify(activity) !== shown);

  const run = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (busy || stopped) return;
    busy = true;
    sending = flush().finally(() => {
      busy = false;
      if (due()) later();
    });
  };
  const later = (): void => {
    if (stopped) return;
    timer ??= setTimeout(run, interval);
  };

  return {
    /** The answer and the activity as they are now; the answer only ever grows. */
    changed: (text: string, doing: Activity): void => {
      answer = text;
      activity = doing;
      if (text.length - sent >= plenty) run();
      else later();
    },
    /** Nothing is sent any more once this resolves. What was not sent yet never will be. */
    stop: async (): Promise<void> => {
      stopped = true;
      clearTimeout(timer);
      await sending;
    },
  };
};
