import type { TelegramEntity } from './update.ts';

/** The Markdown on both sides of what an entity marks; undefined where what stands there says it already. */
const marksOf = ({ type, url, language }: TelegramEntity): readonly [before: string, after: string] | undefined => {
  switch (type) {
    case 'bold':
      return ['**', '**'];
    case 'italic':
      return ['*', '*'];
    case 'strikethrough':
      return ['~~', '~~'];
    case 'code':
      return ['`', '`'];
    case 'pre':
      return [`\`\`\`${language ?? ''}\n`, '\n```'];
    case 'text_link':
      return url === undefined ? undefined : ['[', `](${url})`];
    default:
      return undefined;
  }
};

/** A text with its entities (offsets in UTF-16 code units) as Markdown. Without entities it stays exactly as it is. */
export const toMarkdown = (text: string, entities: readonly TelegramEntity[] = []): string => {
  const inserts: Array<{ at: number; order: number; mark: string }> = [];
  for (const entity of entities) {
    const marks = marksOf(entity);
    const end = Math.min(entity.offset + entity.length, text.length);
    if (marks === undefined || entity.offset >= end) continue;
    // At one place what ends comes first, the inner before the outer; then what begins, the outer before the inner.
    inserts.push({ at: entity.offset, order: 1_000_000 - entity.length, mark: marks[0] });
    inserts.push({ at: end, order: entity.length - 1_000_000, mark: marks[1] });
  }
  let written = 0;
  const pieces = inserts
    .toSorted((a, b) => a.at - b.at || a.order - b.order)
    .map(({ at, mark }) => {
      const piece = text.slice(written, at) + mark;
      written = at;
      return piece;
    });
  return pieces.join('') + text.slice(written);
};
