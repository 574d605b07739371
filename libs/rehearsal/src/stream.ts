import type { Reply, ReplyBlock } from './api.ts';

/** One server-sent event and how long to wait before it, in milliseconds. */
export type StreamEvent = { wait: number; event: { type: string } & Record<string, unknown> };

type Message = Extract<Reply, { kind: 'message' }>;

/** The answer as one body, as the API gives it without streaming. */
export const messageBody = (reply: Message, id: string, model: string): object => ({
  id,
  type: 'message',
  role: 'assistant',
  model,
  content: reply.content,
  stop_reason: reply.stopReason,
  stop_sequence: null,
  usage: { ...reply.usage, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
});

const deltas = (block: ReplyBlock, pace: number): StreamEvent['event'][] & { pace?: number } => {
  if (block.type === 'tool_use') return [{ type: 'input_json_delta', partial_json: JSON.stringify(block.input) }];
  // A word and the white space behind it; slow answers go word by word, others by a few.
  const words = block.text.match(/\S+\s*|\s+/g) ?? [''];
  const size = pace > 50 ? 1 : 4;
  return Array.from({ length: Math.ceil(words.length / size) }, (_, index) => ({
    type: 'text_delta',
    text: words.slice(index * size, (index + 1) * size).join(''),
  }));
};

/** The answer as the API's server-sent events, in order. */
export function* streamEvents(reply: Message, id: string, model: string): Generator<StreamEvent> {
  const message = { ...messageBody(reply, id, model), content: [], stop_reason: null };
  const usage = { ...reply.usage, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 };
  yield { wait: 0, event: { type: 'message_start', message: { ...message, usage: { ...usage, output_tokens: 1 } } } };
  yield { wait: 0, event: { type: 'ping' } };
  for (const [index, block] of reply.content.entries()) {
    const empty = block.type === 'text' ? { ...block, text: '' } : { ...block, input: {} };
    yield { wait: 0, event: { type: 'content_block_start', index, content_block: empty } };
    for (const delta of deltas(block, reply.pace))
      yield { wait: reply.pace, event: { type: 'content_block_delta', index, delta } };
    yield { wait: 0, event: { type: 'content_block_stop', index } };
  }
  yield {
    wait: 0,
    event: { type: 'message_delta', delta: { stop_reason: reply.stopReason, stop_sequence: null }, usage },
  };
  yield { wait: 0, event: { type: 'message_stop' } };
}
