import { Misconfigured, RateLimited, Refused } from '../errors.ts';
import type { PostOptions, Sender, World } from '../port.ts';
import { bodyOf, type Body } from './blocks.ts';
import { addressOf, budgetOf, conversationId, isAssistantThread, type Address } from './conversation.ts';
import type { SlackClient } from './client.ts';
import { answerOf, calling, toPortError } from './errors.ts';
import { findMessage, keyOf, metadataOf } from './find.ts';
import { render, renderLive, statusOf } from './render.ts';
import type { SlackSenderSettings } from './settings.ts';
import { createStreams } from './stream.ts';
import { createTeams } from './teams.ts';
import { createUploader } from './upload.ts';

/** Milliseconds to wait for an answer. */
const TIMEOUT = 10_000;

/** No address in a message of ours is looked at for a preview: what an agent writes must not be able to call home. */
const quiet = { unfurl_links: false, unfurl_media: false, parse: 'none', link_names: false } as const;

const inThread = (thread: string | undefined): { thread_ts?: string } =>
  thread === undefined ? {} : { thread_ts: thread };

/** Writes to Slack: Markdown blocks, buttons, streams in threads. */
export const createSlackSender = (
  settings: SlackSenderSettings,
  world: Pick<World, 'prefix' | 'vault' | 'hints'>,
): Sender => {
  const { prefix, hints } = world;
  const teams = createTeams(settings, world, TIMEOUT);
  const streams = createStreams();
  const upload = createUploader(settings.SLACK_API_ROOT);

  const target = async (conversation: string): Promise<{ where: Address; client: SlackClient }> => {
    const where = addressOf(conversation);
    return { where, client: (await teams.find(where.team)).client };
  };

  /** Whom a stream in a channel is for: who spoke last in the thread, or gave the command in the channel. */
  const recipientIn = async ({ team, channel, thread }: Address): Promise<string | undefined> => {
    const of = async (at: string | undefined): Promise<string | undefined> => {
      const hint = await hints.find(conversationId(prefix, { team, channel, thread: at })).catch(() => undefined);
      return hint?.text;
    };
    return (await of(thread)) ?? (await of(undefined));
  };

  /** An earlier post with this key, or a stream that began and told nobody. */
  const earlier = async (
    client: SlackClient,
    where: Address,
    { key, live }: PostOptions,
  ): Promise<string | undefined> => {
    const { userId } = await teams.identity(where.team);
    const found = await findMessage(client, where, (message) => {
      const isLost = live === true && message.user === userId && message.streaming_state === 'in_progress';
      return keyOf(message) === key || (isLost && !streams.has(message.ts));
    });
    if (found && keyOf(found) !== key) await streams.stopUnknown(client, where.channel, found.ts, key);
    return found?.ts;
  };

  const stream = async (client: SlackClient, where: Address, key: string, status: string) => {
    try {
      const recipient = await recipientIn(where);
      return await streams.start(client, { ...where, recipient }, { key, status });
    } catch (error) {
      // Slack has no streams here, or not for us, or not so many: then the message is an ordinary one.
      if (error instanceof Refused || error instanceof Misconfigured || error instanceof RateLimited) return undefined;
      throw error;
    }
  };

  const post = async (
    client: SlackClient,
    { channel, thread }: Address,
    body: Body,
    metadata: ReturnType<typeof metadataOf>,
  ): Promise<string> => {
    const { ts } = await calling('chat.postMessage', false, () =>
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's, not a window's
      client.chat.postMessage({ channel, ...inThread(thread), ...body, ...quiet, metadata }),
    );
    if (ts === undefined) throw new Error('Slack named no message');
    return ts;
  };

  const update = async (client: SlackClient, channel: string, ts: string, body: Body): Promise<void> => {
    const change = (): Promise<unknown> =>
      client.chat.update({ channel, ts, ...body, parse: 'none', link_names: false });
    try {
      await change();
    } catch (error) {
      if (answerOf(error) !== 'streaming_state_conflict')
        throw toPortError(error, { method: 'chat.update', repeatable: true });
      // A stream of an earlier life of ours.
      await streams.stopUnknown(client, channel, ts);
      await calling('chat.update', true, change);
    }
  };

  /** Posts a thread's first message, joining a public channel that the bot is not in yet. */
  const postRoot = async (client: SlackClient, where: Address, title: string, key: string): Promise<string> => {
    const body = bodyOf(render(title).parts[0] ?? { text: '…' });
    try {
      return await post(client, where, body, metadataOf(key, true));
    } catch (error) {
      if (!(error instanceof Refused) || error.reason !== 'not_in_channel') throw error;
      await calling('conversations.join', true, () => client.conversations.join({ channel: where.channel }));
      return post(client, where, body, metadataOf(key, true));
    }
  };

  const showStatus = async (conversation: string, status: string): Promise<void> => {
    try {
      const { where, client } = await target(conversation);
      if (!isAssistantThread(where)) return;
      await client.assistant.threads.setStatus({ channel_id: where.channel, thread_ts: where.thread!, status });
    } catch {
      // A courtesy: the next call that matters says what is wrong.
    }
  };

  return {
    capabilities: { edit: true, idempotentPost: true, buttons: true },
    budget: budgetOf,
    render,
    renderLive,
    post: async (conversation, part, options) => {
      const { where, client } = await target(conversation);
      const { key, buttons, live = false, retry = false } = options;
      const stands = retry ? await earlier(client, where, options) : undefined;
      if (stands !== undefined) return stands;
      const begun = live && (buttons ?? []).length === 0 ? await stream(client, where, key, statusOf(part)) : undefined;
      return begun ?? post(client, where, bodyOf(part, buttons), metadataOf(key));
    },
    edit: async (conversation, messageId, part, { buttons, live }) => {
      if (live && (await streams.show(messageId, live))) return;
      await streams.stop(messageId);
      const { where, client } = await target(conversation);
      await update(client, where.channel, messageId, bodyOf(part, buttons));
    },
    postFile: async (conversation, file, options) => {
      const { where, client } = await target(conversation);
      return upload(client, where, file, options);
    },
    typing: (conversation) => showStatus(conversation, 'is thinking…'),
    openThread: async (conversation, { title, key, retry = false }) => {
      const { where, client } = await target(conversation);
      const stands = retry ? await earlier(client, where, { key }) : undefined;
      const thread = stands ?? (await postRoot(client, where, title, key));
      return conversationId(prefix, { ...where, thread });
    },
    close: (conversation) => showStatus(conversation, ''),
  };
};
