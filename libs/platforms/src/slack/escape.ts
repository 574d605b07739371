/**
 * What Slack would read as its own in a text of ours. Inside a markdown block it still reads `<!channel>`, `<@U…>` and
 * `<url|words>`; `&lt;` and `&gt;` it shows as the characters, without reading them again.
 */

/** Text for a place where Slack reads its mrkdwn (the line of a notification). */
export const escapeMrkdwn = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** Code is shown as it stands, but for what would be a mention of somebody, or one of the three characters in writing. */
export const escapeCode = (code: string): string =>
  code.replaceAll(/&(?=(?:lt|gt|amp);)/g, '&amp;').replaceAll(/<(?=[@!#])/g, '&lt;');

/** What is read as one character, beginning with an ampersand. */
const reference = /^&(?:#\w{1,8}|\w{1,31});/;

/**
 * Prose that a serializer of Markdown has made safe (`\<` and the like), with Slack's own characters made safe too.
 * A backslash alone would not do: Slack looks for mentions before it reads Markdown.
 */
export const escapeProse = (safe: string): string =>
  safe.replaceAll(/\\[\s\S]|&#x(?:20|9|A|D);|[<>]/g, (token, at: number) => {
    const character = token.replace(/^\\/, '');
    if (character === '<') return '&lt;';
    if (character === '>') return '&gt;';
    if (character === '&') return reference.test(safe.slice(at + 1, at + 40)) ? '&amp;' : '&';
    // White space that the serializer wrote so.
    if (token.startsWith('&')) return ' ';
    // What could become a link by itself, and no more: with a backslash, it could no longer be copied.
    return /^\\[:.@]$/.test(token) ? character : token;
  });

/** The characters that people see of a text that was made safe here. */
export const unescape = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** The part of a growing text that is surely safe: the same beginning gives the same result, however it goes on. */
export const escapeGrowing = (text: string): string =>
  text
    // What the next characters may make a mention or an address of waits for them.
    .replace(/(?:<|:\/?)$/, '')
    .replaceAll(/<(?=[@!#])/g, '&lt;')
    // An address in a stream would be looked at for a preview; broken like this it reads the same and is no address.
    .replaceAll(/:(?=\/\/)/g, ':\u2060');
