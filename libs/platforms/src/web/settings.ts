import { z } from 'zod';

const NAME = /^[a-z0-9][a-z0-9._-]{0,38}$/i;

/** What the web platform needs of the environment. */
export const webSettings = z.object({
  /** Who may use the page: `name:token,name:token`. A token is a secret of at least 24 characters. */
  WEB_USERS: z.string().transform((text, context) => {
    const users = new Map<string, string>();
    for (const entry of text
      .split(',')
      .map((part) => part.trim())
      .filter(Boolean)) {
      const colon = entry.indexOf(':');
      const [name, token] = [entry.slice(0, colon), entry.slice(colon + 1)];
      if (colon < 1 || !NAME.test(name))
        context.addIssue('each user is name:token; a name has letters, digits, dots, dashes');
      else if (token.length < 24)
        context.addIssue(`the token of ${name} is too short: at least 24 characters (openssl rand -hex 24)`);
      else if (users.has(name) || [...users.values()].includes(token))
        context.addIssue(`${name}: names and tokens must differ`);
      else users.set(name, token);
    }
    if (users.size === 0) context.addIssue('names nobody');
    return users;
  }),
});
export type WebSettings = z.infer<typeof webSettings>;
