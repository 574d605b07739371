import { z } from 'zod';

/**
 * LINE promises that a reply token works for a minute from the event on, once, and free of charge. Ten seconds less leave
 * room for the call itself; so a token of ours that is not over is surely alive, unless it was used.
 */
const LIFE = 50_000;

/** A reply token and when it is over, in milliseconds since 1970. */
export const ReplyToken = z.object({ token: z.string().min(1), until: z.number() });
export type ReplyToken = z.infer<typeof ReplyToken>;

/** The token of an event: counted from whichever is earlier, LINE's clock or ours, so that neither can stretch it. */
export const replyTokenOf = (token: string, timestamp: number, now: number): ReplyToken => ({
  token,
  until: Math.min(timestamp, now) + LIFE,
});

/** The token in a hint that `JSON.stringify` made of one; undefined for anything else. */
export const readHint = (text: string): ReplyToken | undefined => {
  try {
    return ReplyToken.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};
