import { Button } from '@threadbox/schemas';
import { z } from 'zod';

/** A file of a message: one that can be fetched (`id`), or the name of one that a person sent. */
const File = z.object({
  id: z.uuid().optional(),
  name: z.string(),
  mediaType: z.string(),
  size: z.int(),
  chunks: z.int().optional(),
});

/** A message as it stands on the page. The newest state wins; `created` keeps its place. */
export const WebMessage = z.object({
  type: z.literal('message'),
  id: z.string(),
  thread: z.string(),
  author: z.enum(['person', 'bot']),
  /** Markdown for the bot, plain text for people. */
  text: z.string(),
  /** How the work stands, while it is going on. */
  status: z.string().optional(),
  buttons: z.array(Button).default([]),
  files: z.array(File).default([]),
  /** Milliseconds since 1970. */
  created: z.int(),
  /** When a person changed it last, in milliseconds since 1970. */
  edited: z.int().optional(),
});
export type WebMessage = z.infer<typeof WebMessage>;

/** How people reacted to a message: each emoji once. */
export const WebReactions = z.object({
  type: z.literal('reactions'),
  thread: z.string(),
  message: z.string(),
  emojis: z.array(z.string()),
});
export type WebReactions = z.infer<typeof WebReactions>;

/** A thread: its title, and whether its session was closed. `keep` is the one message that a close left. */
export const WebThread = z.object({
  type: z.literal('thread'),
  thread: z.string(),
  title: z.string(),
  created: z.int(),
  closed: z.object({ keep: z.string().optional() }).optional(),
});
export type WebThread = z.infer<typeof WebThread>;
