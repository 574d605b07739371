import { RESTJSONErrorCodes as Code, Routes, type REST } from 'discord.js';
import { z } from 'zod';
import { Refused } from '../errors.ts';
import type { Sender } from '../port.ts';
import { rowsOf } from './components.ts';
import { type Address, addressOf, budgetOf, conversationId } from './conversation.ts';
import { hasCode } from './errors.ts';
import { escapeText } from './escape.ts';
import { courtesy, nonceOf } from './message-body.ts';
import type { PermissionName } from './permissions.ts';
import { render, renderLive } from './render.ts';
import { createCall } from './rest.ts';
import type { DiscordSenderSettings } from './settings.ts';
import { startThread, startThreadFrom, threadName } from './thread.ts';

/** Milliseconds to wait for an answer; a file of 10 MiB takes longer over a slow line. */
const timeouts = { call: 15_000, file: 120_000 } as const;
/** The largest file of a bot (Discord, Uploading Files), in bytes. */
const FILE_LIMIT = 10 * 1024 * 1024;
/** How far back a post is looked for that may stand there already. */
const LOOK_BACK = 50;

const Posted = z.object({ id: z.string() });
const Recent = z.array(z.object({ id: z.string(), nonce: z.union([z.string(), z.number()]).optional() }));

const targetOf = ({ channel, thread }: Address): string => thread ?? channel;
const writing = ({ thread }: Address): PermissionName[] => [
  thread === undefined ? 'Send Messages' : 'Send Messages in Threads',
];

/** Runs a write in a conversation whose thread may have to grow first: from the message that has the thread's id. */
const growing = async <Result>(
  rest: REST,
  { channel, thread }: Address,
  write: () => Promise<Result>,
): Promise<Result> => {
  try {
    return await write();
  } catch (error) {
    if (thread === undefined || !hasCode(error, Code.UnknownChannel)) throw error;
  }
  await startThreadFrom(rest, channel, thread);
  return write();
};

/** Runs an edit in a thread that Discord may have folded away meanwhile: then it has to be unfolded. */
const unfolding = async (rest: REST, target: string, write: () => Promise<unknown>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    if (!hasCode(error, Code.InvalidActionOnArchivedThread)) throw error;
    await rest.patch(Routes.channel(target), { body: { archived: false } });
    await write();
  }
};

/** The message with this nonce among the last ones, where Discord still tells nonces. */
const findPost = async (rest: REST, target: string, nonce: string): Promise<string | undefined> => {
  try {
    const query = new URLSearchParams({ limit: String(LOOK_BACK) });
    const recent = Recent.safeParse(await rest.get(Routes.channelMessages(target), { query }));
    return recent.data?.find((message) => message.nonce === nonce)?.id;
  } catch (error) {
    if (hasCode(error, Code.UnknownChannel, Code.MissingAccess, Code.MissingPermissions)) return undefined;
    throw error;
  }
};

/** Writes to Discord over REST: Discord's Markdown, nobody mentioned, no previews, each post with a nonce. */
export const createDiscordSender = (settings: DiscordSenderSettings): Sender => {
  const call = createCall(settings, timeouts.call);
  const fileCall = createCall(settings, timeouts.file);

  const create = async (rest: REST, target: string, body: object, key: string, retry: boolean): Promise<string> => {
    const mark = nonceOf(key);
    const earlier = retry ? await findPost(rest, target, mark.nonce) : undefined;
    if (earlier !== undefined) return earlier;
    const answer = await rest.post(Routes.channelMessages(target), { body: { ...body, ...courtesy, ...mark } });
    return Posted.parse(answer).id;
  };

  return {
    capabilities: { edit: true, idempotentPost: true, buttons: true },
    budget: budgetOf,
    render,
    renderLive,
    post: (conversation, { text }, { key, retry = false, buttons = [] }) => {
      const address = addressOf(conversation);
      const body = { content: text, ...(buttons.length > 0 && { components: rowsOf(buttons) }) };
      return call('post a message', writing(address), (rest) =>
        growing(rest, address, () => create(rest, targetOf(address), body, key, retry)),
      );
    },
    edit: (conversation, messageId, { text }, { buttons }) => {
      const address = addressOf(conversation);
      const target = targetOf(address);
      const body = { content: text, components: rowsOf(buttons), ...courtesy };
      return call('edit a message', writing(address), (rest) =>
        unfolding(rest, target, () => rest.patch(Routes.channelMessage(target, messageId), { body })),
      );
    },
    postFile: async (conversation, { name, mediaType, bytes }, { key, retry = false }) => {
      if (bytes.byteLength > FILE_LIMIT) throw new Refused('Discord takes files of at most 10 MiB');
      const address = addressOf(conversation);
      const target = targetOf(address);
      const mark = nonceOf(key);
      return fileCall('post a file', [...writing(address), 'Attach Files'], (rest) =>
        growing(rest, address, async () => {
          const earlier = retry ? await findPost(rest, target, mark.nonce) : undefined;
          if (earlier !== undefined) return earlier;
          const answer = await rest.post(Routes.channelMessages(target), {
            body: { ...courtesy, ...mark, attachments: [{ id: '0', filename: name }] },
            files: [{ name, data: Buffer.from(bytes), contentType: mediaType }],
          });
          return Posted.parse(answer).id;
        }),
      );
    },
    typing: async (conversation) => {
      try {
        await call('show typing', [], (rest) => rest.post(Routes.channelTyping(targetOf(addressOf(conversation)))));
      } catch {
        // A courtesy: the next call that matters says what is wrong.
      }
    },
    openThread: async (conversation, { title, key, retry = false }) => {
      const { guild, channel, thread } = addressOf(conversation);
      if (guild === undefined || thread !== undefined)
        throw new Refused('a thread opens only below a channel of a server');
      return call('open a thread', ['Send Messages', 'Create Public Threads'], async (rest) => {
        const root = await create(rest, channel, { content: `**${escapeText(threadName(title))}**` }, key, retry);
        await startThread(rest, channel, root, threadName(title));
        return conversationId(conversation.slice(0, conversation.indexOf(':')), { guild, channel, thread: root });
      });
    },
    close: async (conversation) => {
      const { thread } = addressOf(conversation);
      if (thread === undefined) return;
      try {
        await call('fold a thread away', ['Manage Threads'], (rest) =>
          rest.patch(Routes.channel(thread), { body: { archived: true } }),
        );
      } catch (error) {
        // Gone, or a thread of somebody else's that the bot may not fold away: nothing is left to do for us.
        if (!(error instanceof Refused)) throw error;
      }
    },
  };
};
