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

const chat = z.object({ id, type: z.enum(['private', 'group', 'supergroup', 'channel']) });

const file = z.object({
  file_id: z.string(),
  file_unique_id: z.string(),
  file_size: z.number().nonnegative().optional(),
});
const namedFile = file.extend({ file_name: z.string().optional(), mime_type: z.string().optional() });

const message = z.object({
  message_id: id,
  from: user.optional(),
  chat,
  is_topic_message: z.boolean().optional(),
  message_thread_id: id.optional(),
  text: z.string().optional(),
  caption: z.string().optional(),
  photo: z.array(file.extend({ width: z.number(), height: z.number() })).optional(),
  document: namedFile.optional(),
  audio: namedFile.optional(),
  video: namedFile.optional(),
  voice: namedFile.optional(),
  video_note: namedFile.optional(),
});
export type TelegramMessage = z.infer<typeof message>;

/** An update with a message or a pressed button in it, or with neither. */
export const TelegramUpdate = z.object({
  update_id: id,
  message: message.optional(),
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
export const allowedUpdates = ['message', 'callback_query'] as const satisfies readonly (keyof TelegramUpdate)[];
