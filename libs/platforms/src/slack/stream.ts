/**
 * Slack's streams: a message that grows while it is written.
 * - A stream begins in a thread, empty but for one line of how the work stands, and what was written is appended.
 * - Slack ends a stream after some five minutes, and shows an error then: ours is stopped after four.
 * - While it runs, the message cannot be edited. Whatever a stream does not take, it is stopped for, and the message is
 *   edited from then on like any other.
 */
import type { webApi } from '@slack/bolt';
import { RateLimited } from '../errors.ts';
import type { SlackClient } from './client.ts';
import { isDirect, type Address } from './conversation.ts';
import { calling } from './errors.ts';
import { escapeGrowing } from './escape.ts';
import { metadataOf } from './find.ts';
import { statusLine } from './render.ts';

/** How long a stream runs at most, in milliseconds. */
const LIFE = 4 * 60_000;
/** The longest text of a stream; Slack takes 12,000 characters. */
const TEXT_LIMIT = 11_500;

type Chunk = NonNullable<webApi.ChatAppendStreamArguments['chunks']>[number];

const taskOf = (status: string): Chunk => ({
  type: 'task_update',
  id: 'status',
  title: statusLine(status).slice(0, 200).toWellFormed() || 'Working',
  status: 'in_progress',
});

type Stream = {
  client: SlackClient;
  channel: string;
  key: string;
  sent: string;
  status: string;
  timer: ReturnType<typeof setTimeout>;
};

/** The streams of one sender, by the id of their message. */
export type Streams = {
  has: (ts: string) => boolean;
  /** Begins one and tells its message; undefined where Slack has none here. Throws where it may have begun. */
  start: (
    client: SlackClient,
    where: Address & { recipient: string | undefined },
    first: { key: string; status: string },
  ) => Promise<string | undefined>;
  /** Takes over a stream that began without our hearing of it. */
  stopUnknown: (client: SlackClient, channel: string, ts: string, key?: string) => Promise<void>;
  /** Shows all that was written so far. False: there is no stream any more, so edit the message. */
  show: (ts: string, live: { text: string; status: string }) => Promise<boolean>;
  /** Ends it, if there is one: the message may be edited. */
  stop: (ts: string) => Promise<void>;
};

/** No streams yet. `life`: see above; shorter in tests. */
export const createStreams = (life: number = LIFE): Streams => {
  const streams = new Map<string, Stream>();

  const stop = async (ts: string): Promise<void> => {
    const stream = streams.get(ts);
    if (!stream) return;
    streams.delete(ts);
    clearTimeout(stream.timer);
    // If this fails, the edit that follows says so, and stops it once more.
    await stream.client.chat
      .stopStream({ channel: stream.channel, ts, metadata: metadataOf(stream.key) })
      .catch(() => {});
  };

  const chunksFor = (stream: Stream, grown: string, status: string): Chunk[] => [
    ...(grown === stream.sent ? [] : [{ type: 'markdown_text' as const, text: grown.slice(stream.sent.length) }]),
    ...(status === stream.status ? [] : [taskOf(status)]),
  ];

  return {
    has: (ts) => streams.has(ts),
    start: async (client, { team, channel, thread, recipient }, { key, status }) => {
      if (thread === undefined || (recipient === undefined && !isDirect(channel))) return undefined;
      const to =
        recipient === undefined || isDirect(channel) ? {} : { recipient_team_id: team, recipient_user_id: recipient };
      const result = await calling('chat.startStream', false, () =>
        client.chat.startStream({ channel, thread_ts: thread, ...to, chunks: [taskOf(status)] }),
      );
      const { ts } = result;
      if (ts === undefined) return undefined;
      const timer = setTimeout(() => void stop(ts), life);
      timer.unref();
      streams.set(ts, { client, channel, key, sent: '', status, timer });
      return ts;
    },
    stopUnknown: async (client, channel, ts, key) => {
      await calling('chat.stopStream', true, () =>
        client.chat.stopStream({ channel, ts, ...(key !== undefined && { metadata: metadataOf(key) }) }),
      );
    },
    show: async (ts, { text, status }) => {
      const stream = streams.get(ts);
      if (!stream) return false;
      const grown = escapeGrowing(text);
      const isGrown = grown.startsWith(stream.sent) && grown.length <= TEXT_LIMIT;
      const chunks = isGrown ? chunksFor(stream, grown, status) : [];
      if (isGrown && chunks.length === 0) return true;
      try {
        if (!isGrown) throw new Error('the text did not merely grow');
        const { client, channel } = stream;
        await calling('chat.appendStream', false, () => client.chat.appendStream({ channel, ts, chunks }));
        Object.assign(stream, { sent: grown, status });
        return true;
      } catch (error) {
        if (error instanceof RateLimited) throw error;
        await stop(ts);
        return false;
      }
    },
    stop,
  };
};
