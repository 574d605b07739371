/** The part of Telegram's `Update` that Threadbox reads; everything else in it is left unread. */
import { z } from 'zod';

const id = z.int();

const user = z.object({
  id,
  is_bot: z.boolean(),
  first_name: z.string(),
  last_name: z.string().optional(),
  username: z.string().optional(),
});

const chat = z.object({
  id,
  type: z.enum(['private', 'group', 'supergroup', 'channel']),
  is_forum: z.boolean().optional(),
});

const file = z.object({
  file_id: z.string(),
  file_unique_id: z.string(),
  file_size: z.number().nonnegative().optional(),
});
const namedFile = file.extend({ file_name: z.string().optional(), mime_type: z.string().optional() });

const entity = z.object({
  type: z.string(),
  offset: z.int().nonnegative(),
  length: z.int().nonnegative(),
  url: z.string().optional(),
  language: z.string().optional(),
});
export type TelegramEntity = z.infer<typeof entity>;

const message = z.object({
  message_id: id,
  from: user.optional(),
  chat,
  is_topic_message: z.boolean().optional(),
  message_thread_id: id.optional(),
  text: z.string().optional(),
  entities: z.array(entity).optional(),
  caption: z.string().optional(),
  caption_entities: z.array(entity).optional(),
  /** The photos and files that were sent as one album are messages of their own, and share this. */
  media_group_id: z.string().optional(),
  /** The part of it that was quoted, where the author chose one. */
  quote: z.object({ text: z.string() }).optional(),
  reply_to_message: z
    .object({ message_id: id, from: user.optional(), text: z.string().optional(), caption: z.string().optional() })
    .optional(),
  photo: z.array(file.extend({ width: z.number(), height: z.number() })).optional(),
  document: namedFile.optional(),
  audio: namedFile.optional(),
  video: namedFile.optional(),
  voice: namedFile.optional(),
  video_note: namedFile.optional(),
});
const reaction = z.object({ type: z.string(), emoji: z.string().optional() });

export type TelegramMessage = z.infer<typeof message>;

/** An update with a message (a new one or a changed one), a pressed button or a reaction in it, or with none of them. */
export const TelegramUpdate = z.object({
  update_id: id,
  message: message.optional(),
  edited_message: message.optional(),
  message_reaction: z
    .object({
      chat,
      message_id: id,
      user: user.optional(),
      old_reaction: z.array(reaction),
      new_reaction: z.array(reaction),
    })
    .optional(),
  callback_query: z
    .object({
      id: z.string(),
      from: user,
      message: message.pick({ chat: true, is_topic_message: true, message_thread_id: true }).optional(),
      data: z.string().optional(),
    })
    .optional(),
});
export type TelegramUpdate = z.infer<typeof TelegramUpdate>;

/** What the bot asks Telegram to send it, and nothing else. */
export const allowedUpdates = [
  'message',
  'edited_message',
  'callback_query',
  'message_reaction',
] as const satisfies readonly (keyof TelegramUpdate)[];
