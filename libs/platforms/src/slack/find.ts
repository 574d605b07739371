import { z } from 'zod';
import type { SlackClient } from './client.ts';
import type { Address } from './conversation.ts';
import { calling } from './errors.ts';

/** How far back a post is looked for that may stand there already, in seconds, and in pages of 200. */
const BACK = 24 * 60 * 60;
const PAGES = 5;

/** What names our messages: Slack shows it to nobody, and gives it back when asked. */
const METADATA = 'threadbox';

/** The metadata of a message of ours. `thread`: the message was posted for the thread that hangs on it. */
export const metadataOf = (
  key: string,
  thread = false,
): { event_type: string; event_payload: Record<string, string> } => ({
  event_type: METADATA,
  event_payload: { key, ...(thread && { thread: 'yes' }) },
});

const message = z.object({
  ts: z.string(),
  user: z.string().optional(),
  thread_ts: z.string().optional(),
  streaming_state: z.string().optional(),
  metadata: z
    .object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) })
    .optional()
    .catch(undefined),
  files: z
    .array(z.object({ id: z.string(), name: z.string().nullish(), size: z.number().optional() }))
    .optional()
    .catch(undefined),
});
/** The part of a message that we look at when we look for our own. */
export type Standing = z.infer<typeof message>;

/** The key of a message of ours. */
export const keyOf = ({ metadata }: Standing): string | undefined =>
  metadata?.event_type === METADATA && typeof metadata.event_payload['key'] === 'string'
    ? metadata.event_payload['key']
    : undefined;

/** Whether a message of ours was posted for the thread that hangs on it. */
export const isThreadRoot = ({ metadata }: Standing): boolean =>
  metadata?.event_type === METADATA && metadata.event_payload['thread'] === 'yes';

const pageOf = (result: { messages?: unknown[] }): Standing[] =>
  (result.messages ?? []).flatMap((raw) => message.safeParse(raw).data ?? []);

/** The first message of a conversation's last day that is the one; undefined where none is. */
export const findMessage = async (
  client: SlackClient,
  { channel, thread }: Address,
  isIt: (message: Standing) => boolean,
): Promise<Standing | undefined> => {
  const common = {
    channel,
    limit: 200,
    include_all_metadata: true,
    oldest: String(Math.floor(Date.now() / 1000) - BACK),
  };
  let cursor: string | undefined;
  for (let page = 0; page < PAGES; page += 1) {
    const more = cursor === undefined ? {} : { cursor };
    const result =
      thread === undefined
        ? await calling('conversations.history', true, () => client.conversations.history({ ...common, ...more }))
        : await calling('conversations.replies', true, () =>
            client.conversations.replies({ ...common, ...more, ts: thread }),
          );
    const found = pageOf(result).find(isIt);
    cursor = result.response_metadata?.next_cursor;
    if (found || !cursor) return found;
  }
  return undefined;
};

/** One message by its `ts`; undefined where it is not there. */
export const readMessage = async (client: SlackClient, channel: string, ts: string): Promise<Standing | undefined> => {
  const result = await calling('conversations.replies', true, () =>
    client.conversations.replies({ channel, ts, limit: 1, inclusive: true, include_all_metadata: true }),
  );
  return pageOf(result).find((each) => each.ts === ts);
};
