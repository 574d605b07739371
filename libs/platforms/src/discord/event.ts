/** The parts of Discord's objects that Threadbox reads; everything else in them is left unread. */
import { z } from 'zod';

const snowflake = z.string().regex(/^\d{1,20}$/);

const user = z.object({
  id: snowflake,
  username: z.string(),
  global_name: z.string().nullish(),
  bot: z.boolean().optional(),
});
const member = z.object({ nick: z.string().nullish() });

const attachment = z.object({
  id: snowflake,
  filename: z.string(),
  content_type: z.string().nullish(),
  size: z.number().nonnegative(),
  url: z.url({ protocol: /^https?$/ }),
});
export type DiscordAttachment = z.infer<typeof attachment>;

const said = z.object({
  content: z.string(),
  attachments: z.array(attachment),
  mentions: z.array(user.extend({ member: member.optional() })),
  mention_roles: z.array(snowflake).optional(),
});
/** What was said, without where: a message, or the copy of one in a forward. */
export type Said = z.infer<typeof said>;

/** A message as it was sent, or as it reads now. */
export const DiscordMessage = said.extend({
  id: snowflake,
  channel_id: snowflake,
  /** Left out in a direct message, and wherever messages are fetched. */
  guild_id: snowflake.optional(),
  type: z.int(),
  author: user,
  member: member.optional(),
  webhook_id: snowflake.optional(),
  edited_timestamp: z.iso.datetime({ offset: true }).nullish(),
  referenced_message: said.extend({ author: user }).nullish().catch(undefined),
  message_snapshots: z
    .array(z.object({ message: said.partial({ mentions: true }) }))
    .optional()
    .catch(undefined),
});
export type DiscordMessage = z.infer<typeof DiscordMessage>;

/** Somebody put an emoji below a message. */
export const DiscordReaction = z.object({
  user_id: snowflake,
  channel_id: snowflake,
  message_id: snowflake,
  guild_id: snowflake.optional(),
  member: member.extend({ user }).optional(),
  emoji: z.object({ id: snowflake.nullish(), name: z.string().nullish() }),
  message_author_id: snowflake.optional(),
});
export type DiscordReaction = z.infer<typeof DiscordReaction>;

type Option = { name: string; value?: string | number | boolean | undefined; options?: Option[] | undefined };
const option: z.ZodType<Option> = z.lazy(() =>
  z.object({
    name: z.string(),
    value: z.union([z.string(), z.number(), z.boolean()]).optional(),
    options: z.array(option).optional(),
  }),
);
/** A word of a command as it was given: a subcommand or a group, with what stands below it, or an option's value. */
export type CommandOption = Option;

type Field = {
  custom_id?: string | undefined;
  value?: unknown;
  component?: Field | undefined;
  components?: Field[] | undefined;
};
const field: z.ZodType<Field> = z.lazy(() =>
  z.object({
    custom_id: z.string().optional(),
    value: z.unknown().optional(),
    component: field.optional(),
    components: z.array(field).optional(),
  }),
);
/** A component of a form that was sent in. */
export type FormField = Field;

/** A command given, a component pressed, or a form sent in. */
export const DiscordInteraction = z.object({
  id: snowflake,
  application_id: snowflake,
  type: z.int(),
  token: z.string(),
  guild_id: snowflake.optional(),
  channel_id: snowflake,
  channel: z.object({ type: z.int(), parent_id: snowflake.nullish() }),
  member: member.extend({ user }).optional(),
  user: user.optional(),
  data: z.object({
    name: z.string().optional(),
    options: z.array(option).optional(),
    custom_id: z.string().optional(),
    values: z.array(z.string()).optional(),
    components: z.array(field).optional(),
  }),
});
export type DiscordInteraction = z.infer<typeof DiscordInteraction>;

/** Who said or did something. */
export type DiscordUser = z.infer<typeof user>;
