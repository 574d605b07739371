import type { Tokens } from '@threadbox/schemas';

/** What a call asks for: the model, and the most tokens that it is likely to use. */
export type Asked = { model: string; tokens: Tokens };

/** Text has about four bytes a token; with three there is room for what is written to the cache, which costs a quarter more. */
const BYTES_PER_TOKEN = 3;
/** An image has at most this many tokens, however many bytes; other media (PDF) about one in ten bytes. */
const IMAGE_TOKENS = 5000;
const BYTES_PER_MEDIA_TOKEN = 10;
/** Where a request names no limit of its own, or none that can be believed. */
const OUTPUT_TOKENS = 32_000;
const MOST_TOKENS = 10_000_000;

/** A mark of the cache's, or words that look like one: then too much is reserved, never too little. */
const HOUR = /"ttl"\s*:\s*"1h"/;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** The base64 in a request: how long it is, and how many tokens it stands for. */
const mediaIn = (value: unknown): { bytes: number; tokens: number } => {
  const found = { bytes: 0, tokens: 0 };
  // A stack of our own: a request may be nested deeper than calls may be.
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (!isRecord(next)) continue;
    if (next['type'] === 'base64' && typeof next['data'] === 'string') {
      const { length } = next['data'];
      const isImage = String(next['media_type']).startsWith('image/');
      found.bytes += length;
      found.tokens += isImage ? Math.min(IMAGE_TOKENS, length) : Math.ceil(length / BYTES_PER_MEDIA_TOKEN);
    } else open.push(...Object.values(next));
  }
  return found;
};

const limitIn = (request: Readonly<Record<string, unknown>>): number => {
  const named = request['max_tokens'] ?? request['max_output_tokens'] ?? request['max_completion_tokens'];
  return typeof named === 'number' && Number.isInteger(named) && named > 0
    ? Math.min(named, MOST_TOKENS)
    : OUTPUT_TOKENS;
};

/** Reads what a request to the model asks for; undefined where it is no JSON object. `bytes` is how long it is. */
export const readAsked = (body: string, bytes: number): Asked | undefined => {
  let request: unknown;
  try {
    request = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (!isRecord(request) || Array.isArray(request)) return undefined;
  const media = mediaIn(request);
  const input = Math.ceil((bytes - media.bytes) / BYTES_PER_TOKEN) + media.tokens;
  const { model } = request;
  // What is written to the cache for an hour costs twice as much: more than there is room for.
  const isHour = HOUR.test(body);
  return {
    model: typeof model === 'string' ? model.slice(0, 200) : '',
    tokens: {
      input: isHour ? 0 : input,
      output: limitIn(request),
      cacheRead: 0,
      cacheWrite: 0,
      cacheWriteHour: isHour ? input : 0,
    },
  };
};
