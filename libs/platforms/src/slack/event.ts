/** The parts of Slack's payloads that Threadbox reads; everything else in them is left unread. */
import { z } from 'zod';

const file = z.object({
  id: z.string(),
  name: z.string().nullish(),
  title: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nonnegative().nullish(),
  mode: z.string().nullish(),
  url_private: z.string().nullish(),
  url_private_download: z.string().nullish(),
});
export type SlackFile = z.infer<typeof file>;

const said = z.object({
  ts: z.string(),
  user: z.string().optional(),
  bot_id: z.string().nullish(),
  subtype: z.string().optional(),
  text: z.string().nullish(),
  thread_ts: z.string().optional(),
  files: z.array(file).optional(),
  /** How it is formatted, besides what is read of it elsewhere: see `richText`. */
  blocks: z.unknown().optional(),
});

/** `message` and `app_mention`. */
export const MessageEvent = said.extend({ channel: z.string() });
export type MessageEvent = z.infer<typeof MessageEvent>;

/** `message` with the subtype `message_changed`. */
export const ChangeEvent = z.object({
  subtype: z.literal('message_changed'),
  channel: z.string(),
  message: said.extend({ edited: z.object({ ts: z.string() }).optional() }),
  previous_message: z.object({ text: z.string().nullish() }).optional(),
});
export type ChangeEvent = z.infer<typeof ChangeEvent>;

/** `reaction_added`. */
export const ReactionEvent = z.object({
  user: z.string(),
  reaction: z.string(),
  item: z.object({ type: z.string(), channel: z.string().optional(), ts: z.string().optional() }),
  item_user: z.string().nullish(),
  event_ts: z.string(),
});
export type ReactionEvent = z.infer<typeof ReactionEvent>;

/** A slash command. */
export const SlashCommand = z.object({
  channel_id: z.string(),
  user_id: z.string(),
  text: z.string().default(''),
  trigger_id: z.string(),
});
export type SlashCommand = z.infer<typeof SlashCommand>;

/** `block_actions`: a button was pressed. */
export const BlockActions = z.object({
  user: z.object({ id: z.string() }),
  container: z.object({ message_ts: z.string(), channel_id: z.string(), thread_ts: z.string().optional() }),
  message: z.object({ thread_ts: z.string().optional() }).optional(),
  actions: z.array(z.object({ action_id: z.string(), value: z.string().optional(), action_ts: z.string() })).min(1),
  trigger_id: z.string(),
});
export type BlockActions = z.infer<typeof BlockActions>;

/** `view_submission`: what a button asked for was typed. */
export const ViewSubmission = z.object({
  user: z.object({ id: z.string() }),
  view: z.object({
    id: z.string(),
    private_metadata: z.string(),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))),
    }),
  }),
});
export type ViewSubmission = z.infer<typeof ViewSubmission>;
