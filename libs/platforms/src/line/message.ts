import type { messagingApi } from '@line/bot-sdk';
import type { Button } from '@threadbox/schemas';
import type { Part } from '../port.ts';
import { hasAddress } from './addresses.ts';
import type { Card } from './cards.ts';

/** What a part of this platform's carries beside its text: web addresses in it, or how it is drawn instead. */
export type LineMarkup = { uris?: readonly string[]; card?: Card };

type Message = messagingApi.TextMessage | messagingApi.FlexMessage | messagingApi.ImageMessage;

/** Characters of an `altText`, and of one text in a bubble (we keep to less than LINE takes). */
const ALT = 1500;
const TEXT = 2000;
/** The most addresses that become buttons, and the most JSON of a bubble, in bytes. */
const LINKS = 10;
const BUBBLE = 30 * 1024;
const LABEL = 40;

const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;

/** A long text as several components, one below the other, cut between lines wherever there are any. */
const textsOf = (text: string): messagingApi.FlexText[] => {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > TEXT) {
    const line = rest.lastIndexOf('\n', TEXT);
    const word = rest.lastIndexOf(' ', TEXT);
    const gap = line > 0 ? line : word;
    // A character of two code units is one.
    const whole = /[\uD800-\uDBFF]/.test(rest[TEXT - 1]!) ? TEXT - 1 : TEXT;
    pieces.push(rest.slice(0, gap > 0 ? gap : whole));
    rest = rest.slice(gap > 0 ? gap + 1 : whole);
  }
  return [...pieces, rest]
    .filter((piece) => piece.trim() !== '')
    .map((piece) => ({ type: 'text', text: piece.toWellFormed(), wrap: true, size: 'md' }));
};

const linkButton = (uri: string): messagingApi.FlexButton => ({
  type: 'button',
  height: 'sm',
  style: 'link',
  action: { type: 'uri', label: cut(uri.replace(/^https?:\/\//, '').replace(/\/$/, ''), LABEL), uri },
});

const colors = { primary: '#06844B', danger: '#B3261E' } as const;

const button = ({ label, value, style }: Button): messagingApi.FlexButton => ({
  type: 'button',
  height: 'sm',
  style: style === 'secondary' ? 'secondary' : 'primary',
  ...(style !== 'secondary' && { color: colors[style] }),
  action: { type: 'postback', label, data: value, displayText: label },
});

const box = (contents: messagingApi.FlexComponent[]): messagingApi.FlexBox => ({
  type: 'box',
  layout: 'vertical',
  spacing: 'sm',
  contents,
});

/** A bubble, with the words that stand for it in notifications. */
export const bubble = (altText: string, { body, footer }: Card): messagingApi.FlexMessage => ({
  type: 'flex',
  altText: cut(altText, ALT),
  contents: {
    type: 'bubble',
    size: 'giga',
    body: box(body),
    ...(footer.length > 0 && { footer: box(footer) }),
  },
});

/**
 * A part as a message of LINE's. Buttons stand in the bubble itself, not as quick replies, which are gone with the next
 * message, while a question stands until it is answered. A text with a web address in it is a bubble too: LINE fetches
 * what it finds in plain texts to show a preview, and no option keeps it from that; in a bubble an address is a button.
 * A button that asks for words is left out: people just write.
 */
export const toMessage = (part: Part, buttons: readonly Button[] = []): Message => {
  const { uris = [], card } = (part.markup ?? {}) as LineMarkup;
  const pressed = buttons.filter(({ prompt }) => prompt === undefined).map(button);
  if (!card && pressed.length === 0 && !hasAddress(part.text)) return { type: 'text', text: part.text };
  const { body, footer } = card ?? { body: textsOf(part.text), footer: [] };
  const links = uris.slice(0, LINKS).map(linkButton);
  // The longest text with 25 buttons fits; where long addresses don't as well, they stand in the text alone.
  for (;;) {
    const message = bubble(part.text, { body, footer: [...footer, ...links, ...pressed] });
    if (links.length === 0 || Buffer.byteLength(JSON.stringify(message.contents)) <= BUBBLE) return message;
    links.pop();
  }
};

const COPY = '(sent again: LINE did not say whether it had arrived)';

/** The messages with a word that they may be a copy: one more message, or, where there is no room, in the last one. */
export const asCopy = (messages: readonly Message[], most: number): Message[] => {
  if (messages.length < most) return [...messages, { type: 'text', text: COPY }];
  return messages.map((message, i) => {
    if (i < messages.length - 1) return message;
    if (message.type === 'text') return { ...message, text: `${message.text}\n\n${COPY}` };
    if (message.type !== 'flex' || message.contents.type !== 'bubble' || !message.contents.body) return message;
    const { body } = message.contents;
    const mark: messagingApi.FlexText = { type: 'text', text: COPY, wrap: true, size: 'sm' };
    return { ...message, contents: { ...message.contents, body: { ...body, contents: [...body.contents, mark] } } };
  });
};
