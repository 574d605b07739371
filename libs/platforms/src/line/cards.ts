/**
 * Flex bubbles for what plain text shows badly. A bubble has at most 30 KB of JSON and its `altText`, which notifications
 * show, 1500 characters; cards stay far below both, and what would not is text.
 */
import type { messagingApi } from '@line/bot-sdk';
import type { Code, Table } from 'mdast';
import { cellsOf, tableLines } from './table.ts';

/** A block of a bubble: what people see of a message. */
export type Card = { body: messagingApi.FlexComponent[]; footer: messagingApi.FlexComponent[] };

const MOST = { columns: 4, rows: 20, characters: 1400, code: 1000, codeLines: 30 } as const;

const grey = '#7A7A7A';
const align = { left: 'start', center: 'center', right: 'end' } as const;

/** A component may not have an empty text. */
const shown = (text: string): string => (text.trim() === '' ? '–' : text);

/** A table in columns; undefined where it is too wide or too long to be read on a phone. */
export const tableCard = (table: Table): Card | undefined => {
  const rows = cellsOf(table);
  const columns = rows[0]?.length ?? 0;
  const isSmall = columns <= MOST.columns && rows.length <= MOST.rows;
  if (columns < 2 || !isSmall || tableLines(table).join('\n').length > MOST.characters) return undefined;
  const hasHead = table.data?.continued !== true;
  const row = (cells: readonly string[], isHead: boolean): messagingApi.FlexComponent => ({
    type: 'box',
    layout: 'horizontal',
    spacing: 'md',
    contents: cells.map((cell, i) => ({
      type: 'text',
      text: shown(cell),
      wrap: true,
      size: 'sm',
      flex: 1,
      align: align[table.align?.[i] ?? 'left'],
      ...(isHead && { weight: 'bold' as const }),
    })),
  });
  const body = rows.flatMap((cells, i): messagingApi.FlexComponent[] =>
    i === 0 ? [row(cells, hasHead)] : [{ type: 'separator' }, row(cells, false)],
  );
  return { body, footer: [] };
};

/** Short code with a button that copies it; undefined where it is more than LINE copies (1000 characters). */
export const codeCard = ({ value, lang }: Code): Card | undefined => {
  if (value.trim() === '' || value.length > MOST.code || value.split('\n').length > MOST.codeLines) return undefined;
  const language = /^[\w+#.-]{1,32}$/.test(lang ?? '')
    ? [{ type: 'text' as const, text: lang!, size: 'xs', color: grey }]
    : [];
  return {
    body: [...language, { type: 'text', text: value, wrap: true, size: 'sm' }],
    footer: [
      {
        type: 'button',
        height: 'sm',
        style: 'link',
        action: { type: 'clipboard', label: 'Copy', clipboardText: value },
      },
    ],
  };
};
