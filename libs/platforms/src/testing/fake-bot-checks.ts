import type { InlineKeyboardButton, MessageEntity } from 'grammy/types';
import { z } from 'zod';
import { BotApiError } from './fake-bot-chats.ts';

const entity = z.strictObject({
  type: z.enum(['bold', 'italic', 'underline', 'strikethrough', 'spoiler', 'blockquote', 'code', 'pre', 'text_link']),
  offset: z.int(),
  length: z.int(),
  url: z.string().optional(),
  language: z.string().optional(),
});

const markup = z.strictObject({
  inline_keyboard: z.array(
    z.array(
      z.strictObject({
        text: z.string().min(1),
        callback_data: z.string(),
        style: z.enum(['danger', 'success', 'primary']).optional(),
      }),
    ),
  ),
});

const isBetweenCharacters = (text: string, at: number): boolean =>
  !(/[\uD800-\uDBFF]/.test(text.charAt(at - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(at)));

/** A text with its marks as Telegram would keep them, or throws as it would: bounds, limit, and trimming. */
export const checkText = (text: unknown, marks: unknown): { text: string; entities: MessageEntity[] } => {
  if (typeof text !== 'string') throw new BotApiError(400, 'Bad Request: message text is empty');
  const entities = z.array(entity).parse(marks ?? []);
  for (const { offset, length } of entities) {
    if (offset < 0 || length < 1 || offset + length > text.length)
      throw new BotApiError(
        400,
        `Bad Request: entity beginning at UTF-16 offset ${offset} ends after the end of the text`,
      );
    if (!isBetweenCharacters(text, offset) || !isBetweenCharacters(text, offset + length))
      throw new BotApiError(
        400,
        `Bad Request: entity beginning at UTF-16 offset ${offset} starts in a middle of a symbol`,
      );
  }
  if (text.trim() === '') throw new BotApiError(400, 'Bad Request: message text is empty');
  const first = Math.min(text.length, ...entities.map(({ offset }) => offset));
  const cut = first - text.slice(0, first).trimStart().length;
  const kept = text.slice(cut).trimEnd();
  if (kept.length > 4096) throw new BotApiError(400, 'Bad Request: message is too long');
  return {
    text: kept,
    entities: entities.slice(0, 100).map((each) => ({ ...each, offset: each.offset - cut }) as MessageEntity),
  };
};

/** The rows of an inline keyboard, or throws as Telegram would. */
export const checkMarkup = (given: unknown): InlineKeyboardButton[][] => {
  if (given === undefined) return [];
  const { inline_keyboard: rows } = markup.parse(given);
  for (const { callback_data: data } of rows.flat())
    if (data === '' || Buffer.byteLength(data) > 64) throw new BotApiError(400, 'Bad Request: BUTTON_DATA_INVALID');
  return rows as InlineKeyboardButton[][];
};
