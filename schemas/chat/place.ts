import { z } from 'zod';

/**
 * Names a conversation: `telegram:<chat>:<topic>`, `web:<id>`, `discord:<guild>:<channel>` … What stands before the first
 * colon is the platform's name, or `<platform>-<bot>` for another bot of the same platform.
 */
export const ConversationId = z
  .string()
  .regex(/^[a-z]+(-[a-z0-9]+)?:.+$/)
  .max(200);

/** Where something was said, and by whom, in words that are the same for every platform. */
export const Place = z.object({
  platform: z.string().regex(/^[a-z]+$/),
  /** Whose roster applies: a Telegram bot, a Discord guild, a Slack team, the web page. */
  workspace: z.string().min(1).max(200),
  conversation: ConversationId,
  /** True where the bot is alone with one person, so that everything said is meant for it. */
  direct: z.boolean(),
  /** True where a session that is started gets a thread of its own: the channel itself stays as it is. */
  threads: z.boolean().optional(),
  author: z.object({ id: z.string().min(1).max(200), name: z.string().max(200) }),
});
export type Place = z.infer<typeof Place>;
