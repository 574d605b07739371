import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** How long a login lasts, in seconds. */
export const LOGIN_SECONDS = 30 * 24 * 60 * 60;

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const same = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));

/**
 * Who is who on the page. A login cookie is signed with a key made from the user's own token: it survives restarts, and
 * ends when the token is changed. Every comparison takes the same time, whatever it compares.
 */
export const createSessions = (users: ReadonlyMap<string, string>) => {
  const sign = (name: string, until: string, token: string): string =>
    createHmac('sha256', digest(`threadbox web login ${token}`))
      .update(`${name} ${until}`)
      .digest('base64url');
  return {
    /** The user whose token this is. */
    byToken: (token: string): string | undefined => {
      // All are compared, so that the time tells nothing about which came near.
      const found = [...users].filter(([, known]) => same(known, token));
      return found[0]?.[0];
    },
    /** A cookie's value for a user. */
    issue: (name: string, now = Date.now()): string => {
      const until = String(Math.floor(now / 1000) + LOGIN_SECONDS);
      return `${name}|${until}|${sign(name, until, users.get(name) ?? '')}`;
    },
    /** The user that a cookie's value stands for; undefined for one that is forged or over. */
    byCookie: (value: string, now = Date.now()): string | undefined => {
      const [name = '', until = '', signature = ''] = value.split('|');
      const token = users.get(name);
      if (token === undefined || !same(signature, sign(name, until, token))) return undefined;
      return Number(until) * 1000 > now ? name : undefined;
    },
  };
};
