import { createHash, timingSafeEqual } from 'node:crypto';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Whether two secrets are the same, in a time that tells nothing about where they differ, nor how long they are. */
export const sameSecret = (given: string | null | undefined, secret: string): boolean =>
  timingSafeEqual(digest(given ?? ''), digest(secret));
