/** Slack's mrkdwn, as it writes what people said: `<…>` for mentions and links, three characters written out. */

/** What a person is called; undefined where nobody knows. */
type NameOfUser = (user: string) => Promise<string | undefined>;

const tokens = /<([^<>]+)>/g;
/** At most so many people of one message are asked for by name. */
const ASKED = 10;

const decode = (text: string): string => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

const withoutScheme = (url: string): string => url.replace(/^(?:https?:\/\/|mailto:|tel:)/, '').replace(/\/$/, '');

const special = (body: string, label: string | undefined): string => {
  if (/^(?:here|channel|everyone)$/.test(body)) return `@${body}`;
  return label ?? `@${body.replace(/^subteam\^/, '')}`;
};

const link = (url: string, label: string | undefined): string => {
  const address = decode(url);
  if (label === undefined) return address.replace(/^(?:mailto|tel):/, '');
  const text = decode(label);
  return withoutScheme(address) === withoutScheme(text) ? text : `[${text}](${address})`;
};

const readToken = (token: string, nameOf: (user: string) => string): string => {
  const bar = token.indexOf('|');
  const body = bar < 0 ? token : token.slice(0, bar);
  const label = bar < 0 ? undefined : token.slice(bar + 1);
  if (body.startsWith('@')) return `@${label ? decode(label) : nameOf(body.slice(1))}`;
  if (body.startsWith('#')) return `#${label ? decode(label) : body.slice(1)}`;
  return body.startsWith('!') ? special(body.slice(1), label && decode(label)) : link(body, label);
};

/** Whether a person (the bot, say) is mentioned. */
export const mentions = (text: string, user: string): boolean =>
  text.includes(`<@${user}>`) || text.includes(`<@${user}|`);

/** The text without the mentions of this user, which are how it is addressed, not what is said. */
export const withoutMention = (text: string, user: string): string =>
  text.replaceAll(new RegExp(`[ \\t]*<@${user}(?:\\|[^<>]*)?>[ \\t]*`, 'g'), ' ').trim();

/** What was said, as people read it: names for mentions, `[words](address)` for links. */
export const readable = async (text: string, nameOf: NameOfUser): Promise<string> => {
  const asked = new Set([...text.matchAll(/<@([A-Z0-9]+)>/g)].map(([, user]) => user!).slice(0, ASKED));
  const names = new Map(await Promise.all([...asked].map(async (user) => [user, await nameOf(user)] as const)));
  const parts = text.split(tokens);
  return parts
    .map((part, i) => (i % 2 === 0 ? decode(part) : readToken(part, (user) => names.get(user) ?? user)))
    .join('')
    .toWellFormed();
};

/** The line of a command: people are named by their principals, so that `add user @ada` works. */
export const commandText = (text: string): string =>
  text
    .split(tokens)
    .map((part, i) => {
      if (i % 2 === 0) return decode(part);
      const user = /^@([A-Z0-9]+)/.exec(part)?.[1];
      return user === undefined ? readToken(part, (each) => each) : `slack:${user}`;
    })
    .join('')
    .toWellFormed()
    .trim();
