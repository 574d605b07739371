import { describe, expect, it } from 'vitest';
import { createUsageReader } from './usage-reader.ts';

const sse = [
  'event: message_start\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":7,"output_tokens":1}}}\n\n',
  'event: content_block_delta\ndata: {"type":"content_block_delta","delta":{"type":"text_delta","text":"grüße"}}\n\n',
  'event: message_delta\ndata: {"type":"message_delta","usage":{"output_tokens":9}}\n\n',
  'event: message_stop\ndata: {"type":"message_stop"}\n\n',
].join('');
const read = (headers: Record<string, string>, pieces: Iterable<Buffer>, whole = true) => {
  const reader = createUsageReader(headers);
  for (const piece of pieces) reader.feed(piece);
  return reader.end(whole);
};
const oneByOne = (text: string): Buffer[] => [...Buffer.from(text)].map((byte) => Buffer.from([byte]));

describe('the reader of usage', () => {
  it('reads a stream that comes byte by byte', () => {
    expect(read({ 'content-type': 'text/event-stream; charset=utf-8' }, oneByOne(sse))).toEqual({
      model: 'm',
      whole: true,
      written: 5,
      tokens: { input: 7, output: 9, cacheRead: 0, cacheWrite: 0, cacheWriteHour: 0 },
    });
  });
  it('reads as much as there is of a stream that was cut off', () => {
    const half = sse.slice(0, sse.indexOf('event: message_delta') + 30);
    expect(read({ 'content-type': 'text/event-stream' }, oneByOne(half), false)).toMatchObject({
      whole: false,
      tokens: { input: 7, output: 1 },
    });
  });
  it('reads an answer in one piece, and nothing of half of it', () => {
    const body = '{"type":"message","model":"m","usage":{"input_tokens":3,"output_tokens":4}}';
    expect(read({ 'content-type': 'application/json' }, oneByOne(body))).toMatchObject({
      tokens: { input: 3, output: 4 },
    });
    expect(read({ 'content-type': 'application/json' }, oneByOne(body.slice(0, 40)), false)).toBeUndefined();
    expect(read({ 'content-type': 'application/json' }, oneByOne('<html>'))).toBeUndefined();
  });
  it('says of what is compressed, or has no end, that it cannot be read', () => {
    expect(read({ 'content-type': 'application/json', 'content-encoding': 'gzip' }, oneByOne('{}'))).toBeUndefined();
    const endless = Array.from({ length: 20 }, () => Buffer.alloc(1024 * 1024, 'x'));
    expect(read({ 'content-type': 'text/event-stream' }, [Buffer.from('data: '), ...endless])).toBeUndefined();
    expect(read({ 'content-type': 'application/json' }, endless)).toBeUndefined();
  });
});
