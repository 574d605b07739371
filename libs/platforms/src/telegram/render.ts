import type { MessageEntity } from 'grammy/types';
import type { Root } from 'mdast';
import { closeUnfinished } from '../markdown/close-unfinished.ts';
import { parseMarkdown } from '../markdown/parse.ts';
import { splitMarkdown } from '../markdown/split.ts';
import { recentMarkdown, tailOf } from '../markdown/tail.ts';
import type { Part, Rendering } from '../port.ts';
import { showAddresses } from './addresses.ts';
import { toEntities } from './entities.ts';
import type { Formatted } from './writer.ts';

/** The longest text of a message after parsing, in UTF-16 code units (Bot API, sendMessage). */
const TEXT_LIMIT = 4096;
/** Telegram ignores the marks of a message beyond these (Bot API server; unwritten in its documentation). */
const ENTITY_LIMIT = 100;
const STATUS_LIMIT = 300;

const measure = (piece: Root): number => {
  const { text, entities } = toEntities(piece);
  return entities.length > ENTITY_LIMIT ? Infinity : text.length;
};

const partOf = ({ text, entities }: Formatted): Part => (entities.length === 0 ? { text } : { text, markup: entities });

/** The marks of a part that this platform rendered. */
export const entitiesOf = ({ markup }: Part): MessageEntity[] | undefined => markup as MessageEntity[] | undefined;

/** Telegram refuses a text that shows nothing. */
const isVisible = (text: string): boolean => /[^\p{Z}\p{Cc}\p{Cf}\s]/u.test(text);

/** Markdown as parts of at most 4096 characters, and what is too long for any as files. */
export const render = (markdown: string): Rendering => {
  const { pieces, files } = splitMarkdown(showAddresses(parseMarkdown(markdown)), { limit: TEXT_LIMIT, measure });
  const parts = pieces.map(toEntities).filter(({ text }) => isVisible(text));
  return { parts: parts.map(partOf), files };
};

const append = (before: Formatted, text: string, mark?: MessageEntity['type']): Formatted => {
  const offset = before.text.length;
  const entity = { type: mark, offset, length: text.length } as MessageEntity;
  return { text: before.text + text, entities: mark ? [...before.entities, entity] : before.entities };
};

const join = (before: Formatted, after: Formatted): Formatted => ({
  text: before.text + after.text,
  entities: [
    ...before.entities,
    ...after.entities.map((entity) => ({ ...entity, offset: entity.offset + before.text.length })),
  ],
});

const nothing: Formatted = { text: '', entities: [] };

/** Markdown that is still being written, its end if it is too long, and below it how the work stands. */
export const renderLive = (markdown: string, status: string): Part => {
  const line = status.toWellFormed().replaceAll(/\s+/g, ' ').trim().slice(0, STATUS_LIMIT).toWellFormed();
  const recent = recentMarkdown(markdown, 2 * TEXT_LIMIT);
  const tree = showAddresses(parseMarkdown(closeUnfinished(recent)));
  const room = TEXT_LIMIT - line.length - 8;
  const tail = tailOf(tree, { limit: room, measure });
  const isCut = tail !== tree || recent !== markdown;
  const written = toEntities(tail);
  const body = isVisible(written.text) ? join(isCut ? append(nothing, '…\n') : nothing, written) : nothing;
  if (line === '') return body.text === '' ? { text: '…' } : partOf(body);
  return partOf(append(body.text === '' ? nothing : append(body, '\n\n'), line, 'italic'));
};
