import type { Button } from '@threadbox/schemas';
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';

/** Characters of labels that a phone shows in one row without cutting them. */
const ROW = 28;

const key = ({ label, value, style }: Button): InlineKeyboardButton => ({
  text: label,
  callback_data: value,
  ...(style === 'secondary' ? {} : { style }),
});

/** Buttons as an inline keyboard, in their order, as many in a row as can be read; undefined for none. */
export const keyboard = (buttons: readonly Button[] | undefined): InlineKeyboardMarkup | undefined => {
  if (buttons === undefined || buttons.length === 0) return undefined;
  const rows: Button[][] = [[]];
  for (const button of buttons) {
    const row = rows.at(-1)!;
    const width = row.reduce((sum, { label }) => sum + label.length, button.label.length);
    if (row.length === 0 || width <= ROW) row.push(button);
    else rows.push([button]);
  }
  return { inline_keyboard: rows.map((row) => row.map(key)) };
};
