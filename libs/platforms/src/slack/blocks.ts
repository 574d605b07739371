import type { Button } from '@threadbox/schemas';
import type { types } from '@slack/bolt';
import type { Part } from '../port.ts';
import { escapeMrkdwn, unescape } from './escape.ts';

/** Buttons in one block: more than these and a phone cuts their labels. */
const ROW = 5;
/** The line of a notification. */
const NOTICE_LIMIT = 200;

/** A button that asks for words is told by its action: `threadbox.ask.<n>.<prompt>`; another is `threadbox.press.<n>`. */
const actionOf = ({ prompt }: Button, index: number): string =>
  prompt === undefined ? `threadbox.press.${index}` : `threadbox.ask.${index}.${prompt}`;

/** The prompt of the button with this action; undefined where it asks for nothing. */
export const promptOf = (actionId: string): string | undefined =>
  /^threadbox\.ask\.\d+\.([\s\S]+)$/.exec(actionId)?.[1];

const element = (button: Button, index: number): types.Button => ({
  type: 'button',
  action_id: actionOf(button, index),
  text: { type: 'plain_text', text: button.label, emoji: true },
  value: button.value,
  ...(button.style === 'secondary' ? {} : { style: button.style }),
});

const rowsOf = (buttons: readonly Button[]): types.ActionsBlock[] => {
  const elements = buttons.map(element);
  return Array.from({ length: Math.ceil(elements.length / ROW) }, (_, i) => ({
    type: 'actions',
    elements: elements.slice(i * ROW, (i + 1) * ROW),
  }));
};

/** A message's blocks, and the words of its notification. */
export type Body = { text: string; blocks: (types.MarkdownBlock | types.ActionsBlock)[] };

/** A part as a message of Slack: a markdown block, and below it the buttons, five in a row. */
export const bodyOf = (part: Part, buttons: readonly Button[] = []): Body => ({
  text: escapeMrkdwn(unescape(part.text).replaceAll(/\s+/g, ' ').slice(0, NOTICE_LIMIT).toWellFormed()),
  blocks: [{ type: 'markdown', text: part.text }, ...rowsOf(buttons)],
});
