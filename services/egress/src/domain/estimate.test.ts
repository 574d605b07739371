import { describe, expect, it } from 'vitest';
import { readAsked } from './estimate.ts';

const asked = (request: unknown) => {
  const body = JSON.stringify(request);
  return readAsked(body, Buffer.byteLength(body));
};
const media = (type: string, length: number) => ({
  model: 'm',
  max_tokens: 1,
  messages: [
    { role: 'user', content: [{ type: 'x', source: { type: 'base64', media_type: type, data: 'A'.repeat(length) } }] },
  ],
});

describe('what a call asks for', () => {
  it('is the size of its words, and the answer that it allows', () => {
    const request = { model: 'm', max_tokens: 500, messages: [{ role: 'user', content: 'x'.repeat(3000) }] };
    expect(asked(request)).toMatchObject({ model: 'm', tokens: { output: 500 } });
    expect(asked(request)?.tokens.input).toBeGreaterThan(1000);
    expect(asked(request)?.tokens.input).toBeLessThan(1100);
  });
  it('counts images and documents by what they are, not by their bytes', () => {
    expect(asked(media('image/png', 3_000_000))?.tokens.input).toBeLessThan(5100);
    expect(asked(media('application/pdf', 1_000_000))?.tokens.input).toBeGreaterThan(100_000);
  });
  it('is dearer where it is written to the cache for an hour', () => {
    const tokens = asked({
      model: 'm',
      system: [{ text: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } }],
    })?.tokens;
    expect(tokens).toMatchObject({ input: 0 });
    expect(tokens?.cacheWriteHour).toBeGreaterThan(10);
  });
  it('takes no limit that cannot be one', () => {
    for (const max_tokens of [undefined, -1, 0, 1.5, 'lots', null, Infinity])
      expect(asked({ model: 'm', max_tokens })?.tokens.output).toBe(32_000);
    expect(asked({ model: 'm', max_tokens: 1e300 })?.tokens.output).toBe(10_000_000);
    expect(asked({ max_output_tokens: 7 })).toMatchObject({ model: '', tokens: { output: 7 } });
  });
  it('is nothing where the body is no object, and stands deep nesting', () => {
    for (const body of ['', 'x', '[]', '1', 'null', '"a"']) expect(readAsked(body, body.length)).toBeUndefined();
    const deep = `{"model":"m","a":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    expect(readAsked(deep, deep.length)).toMatchObject({ model: 'm' });
  });
});
