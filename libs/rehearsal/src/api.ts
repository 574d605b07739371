import { z } from 'zod';

/** A piece of a message. Only what the rehearsal looks at is named; the rest passes. */
const Block = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  tool_use_id: z.string().optional(),
  is_error: z.boolean().nullish(),
  content: z.unknown().optional(),
});
export type Block = z.infer<typeof Block>;

/** A request of the Anthropic Messages API, as far as the rehearsal reads it. */
export const MessagesRequest = z.looseObject({
  model: z.string().max(200),
  messages: z.array(
    z.object({ role: z.enum(['user', 'assistant', 'system']), content: z.union([z.string(), z.array(Block)]) }),
  ),
  tools: z
    .array(
      z.looseObject({
        name: z.string().optional(),
        input_schema: z.looseObject({ properties: z.record(z.string(), z.unknown()).optional() }).optional(),
      }),
    )
    .optional(),
  stream: z.boolean().optional(),
});
export type MessagesRequest = z.infer<typeof MessagesRequest>;

/** A piece of an answer: words, or a tool that the agent is to use. */
export type ReplyBlock =
  | { type: 'text'; text: string }
  | { type: 'tool_use'; id: string; name: string; input: Record<string, unknown> };

/** What the rehearsal answers: words and tools, or an error of the API's shape. */
export type Reply =
  | {
      kind: 'message';
      content: readonly ReplyBlock[];
      stopReason: 'end_turn' | 'tool_use';
      usage: { input_tokens: number; output_tokens: number };
      /** Milliseconds between two words while streaming. */
      pace: number;
    }
  | { kind: 'error'; status: number; error: { type: string; message: string } };

/** A body of the API's error shape. */
export const errorBody = (type: string, message: string): object => ({ type: 'error', error: { type, message } });

/** About as many tokens as a text has: four characters each. */
export const countTokens = (value: unknown): number =>
  Math.max(1, Math.ceil((typeof value === 'string' ? value : JSON.stringify(value)).length / 4));
