import type { Tokens } from '@threadbox/schemas';

/** What was seen of an answer so far. */
export type Seen = {
  model?: string;
  /** As the model told; absent before it told anything. */
  tokens?: Tokens;
  /** The characters that it wrote. */
  written: number;
  /** Whether its end was seen. */
  whole: boolean;
};

export const nothingSeen: Seen = { written: 0, whole: false };

type Fields = Readonly<Record<string, unknown>>;
const fieldsOf = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});

const MOST = 1_000_000_000;
const count = (value: unknown): number | undefined =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MOST ? value : undefined;

/** A `usage` of the Messages API, or of an API that calls the same things otherwise; later ones replace earlier ones. */
const readUsage = (usage: unknown, before: Tokens | undefined): Tokens | undefined => {
  const fields = fieldsOf(usage);
  const input = count(fields['input_tokens']) ?? count(fields['prompt_tokens']) ?? before?.input;
  const output = count(fields['output_tokens']) ?? count(fields['completion_tokens']) ?? before?.output;
  if (input === undefined && output === undefined) return before;
  const written = count(fields['cache_creation_input_tokens']);
  const hour = count(fieldsOf(fields['cache_creation'])['ephemeral_1h_input_tokens']) ?? before?.cacheWriteHour ?? 0;
  return {
    input: input ?? 0,
    output: output ?? 0,
    cacheRead: count(fields['cache_read_input_tokens']) ?? before?.cacheRead ?? 0,
    cacheWrite: written === undefined ? (before?.cacheWrite ?? 0) : Math.max(0, written - hour),
    cacheWriteHour: hour,
  };
};

const lengthOf = (delta: Fields): number =>
  ['text', 'partial_json', 'thinking'].reduce((sum, name) => {
    const words = delta[name];
    return sum + (typeof words === 'string' ? words.length : 0);
  }, 0);

const ENDS: ReadonlySet<unknown> = new Set(['message_stop', 'message', 'response.completed', 'error']);

/**
 * What is seen after one more piece: an event of a stream (`message_start`, `message_delta`, …), or the whole answer where it
 * is no stream. Nothing in it is believed but numbers and a name.
 */
export const see = (seen: Seen, piece: unknown): Seen => {
  const event = fieldsOf(piece);
  const inner = fieldsOf(event['message'] ?? event['response'] ?? event);
  const tokens = readUsage(inner['usage'] ?? event['usage'], seen.tokens);
  const { model } = inner;
  return {
    ...seen,
    ...(tokens && { tokens }),
    ...(typeof model === 'string' && { model: model.slice(0, 200) }),
    written: seen.written + lengthOf(fieldsOf(event['delta'])),
    whole: seen.whole || ENDS.has(event['type']),
  };
};

/** Fewer characters a token than text has: what is guessed should rather be too much. */
const CHARACTERS_PER_TOKEN = 3;

/** The tokens of an answer that was cut off: as told so far, and the words that were seen beyond that. */
export const tokensSeen = ({ tokens, written }: Seen): Tokens | undefined =>
  tokens && { ...tokens, output: Math.max(tokens.output, Math.ceil(written / CHARACTERS_PER_TOKEN)) };
