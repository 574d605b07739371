import { describe, expect, it } from 'vitest';
import { nothingSeen, see, tokensSeen } from './seen.ts';

const start = {
  type: 'message_start',
  message: {
    model: 'claude-x',
    usage: {
      input_tokens: 10,
      output_tokens: 1,
      cache_read_input_tokens: 100,
      cache_creation_input_tokens: 50,
      cache_creation: { ephemeral_5m_input_tokens: 30, ephemeral_1h_input_tokens: 20 },
    },
  },
};
const words = (text: string) => ({ type: 'content_block_delta', delta: { type: 'text_delta', text } });
const delta = { type: 'message_delta', delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 40 } };
const all = (...events: unknown[]) => events.reduce(see, nothingSeen);

describe('an answer', () => {
  it('tells what it used as it goes, the last word counting', () => {
    const seen = all(start, words('hello'), delta, { type: 'message_stop' });
    expect(seen).toMatchObject({ model: 'claude-x', whole: true });
    expect(seen.tokens).toEqual({ input: 10, output: 40, cacheRead: 100, cacheWrite: 30, cacheWriteHour: 20 });
  });
  it('that is cut off is counted by the words that were seen', () => {
    const seen = all(start, words('x'.repeat(300)), {
      type: 'content_block_delta',
      delta: { partial_json: 'y'.repeat(30) },
    });
    expect(seen.whole).toBe(false);
    expect(tokensSeen(seen)).toMatchObject({ input: 10, output: 110 });
    expect(tokensSeen(nothingSeen)).toBeUndefined();
  });
  it('in one piece is read the same way, and so are those of others', () => {
    expect(all({ type: 'message', model: 'm', usage: { input_tokens: 3, output_tokens: 4 } })).toMatchObject({
      model: 'm',
      whole: true,
      tokens: { input: 3, output: 4 },
    });
    expect(
      all({ type: 'response.completed', response: { model: 'g', usage: { input_tokens: 5, output_tokens: 6 } } }),
    ).toMatchObject({ model: 'g', whole: true, tokens: { input: 5, output: 6 } });
  });
  it('is not believed where it makes no sense', () => {
    const odd = [undefined, null, 1, 'x', [], { usage: { input_tokens: -1, output_tokens: 'many' } }, { message: 7 }];
    expect(all(...odd)).toEqual(nothingSeen);
    expect(all(start, { usage: { output_tokens: 1e18 } }).tokens?.output).toBe(1);
  });
});
