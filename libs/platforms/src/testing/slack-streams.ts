/** Slack's streams, which the emulator lacks: a message in the emulator's store that is edited as the stream grows. */
import { z } from 'zod';

/** Calls a method of the emulator with the token of the request. */
export type Emulated = (method: string, input: Record<string, unknown>) => Promise<Record<string, unknown>>;

/** A stream, as people see it. */
export type FakeStream = { channel: string; text: string; status: string; isOpen: boolean };

const chunk = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown_text'), text: z.string().max(12_000) }),
  z.strictObject({
    type: z.literal('task_update'),
    id: z.string(),
    title: z.string().min(1).max(256),
    status: z.enum(['pending', 'in_progress', 'complete', 'error']),
  }),
]);

const refused = (error: string): Record<string, unknown> => ({ ok: false, error });

/** `chat.startStream`, `chat.appendStream`, `chat.stopStream`; `streams` by the id of the message. */
export const createFakeStreams = () => {
  const streams = new Map<string, FakeStream>();

  const take = (stream: FakeStream, raw: unknown): string | undefined => {
    const chunks = z.array(chunk).safeParse(typeof raw === 'string' ? JSON.parse(raw) : []);
    if (!chunks.success) return 'invalid_chunks';
    const text = chunks.data.flatMap((each) => (each.type === 'markdown_text' ? [each.text] : [])).join('');
    if (stream.text.length + text.length > 12_000) return 'msg_too_long';
    stream.text += text;
    for (const each of chunks.data) if (each.type === 'task_update') stream.status = each.title;
    return undefined;
  };

  const bodyOf = ({ text }: FakeStream) => ({
    text: text === '' ? ' ' : text,
    blocks: JSON.stringify([{ type: 'markdown', text: text === '' ? ' ' : text }]),
  });

  const start = async (input: Record<string, unknown>, emulated: Emulated): Promise<Record<string, unknown>> => {
    const channel = String(input['channel']);
    if (input['thread_ts'] === undefined) return refused('invalid_arguments');
    if (!channel.startsWith('D') && input['recipient_user_id'] === undefined)
      return refused('missing_recipient_user_id');
    const stream: FakeStream = { channel, text: '', status: '', isOpen: true };
    const problem = take(stream, input['chunks']);
    if (problem !== undefined) return refused(problem);
    const { thread_ts: thread } = input;
    const posted = await emulated('chat.postMessage', { channel, thread_ts: thread, ...bodyOf(stream) });
    if (posted['ok'] !== true) return posted;
    streams.set(String(posted['ts']), stream);
    return { ok: true, channel, ts: posted['ts'] };
  };

  const grow =
    (isLast: boolean) =>
    async (input: Record<string, unknown>, emulated: Emulated): Promise<Record<string, unknown>> => {
      const { channel, ts, metadata } = input;
      const stream = streams.get(String(ts));
      if (!stream?.isOpen) return refused('message_not_in_streaming_state');
      const problem = take(stream, input['chunks']);
      if (problem !== undefined) return refused(problem);
      if (isLast) stream.isOpen = false;
      const more = isLast && metadata !== undefined ? { metadata } : {};
      await emulated('chat.update', { channel, ts, ...bodyOf(stream), ...more });
      return { ok: true, channel, ts };
    };

  return {
    streams,
    methods: { 'chat.startStream': start, 'chat.appendStream': grow(false), 'chat.stopStream': grow(true) },
  };
};
