import { z } from 'zod';
import { message } from '../envelope.ts';

/** What the agent is asked to do; its files came before it as `file-chunk` messages. */
export const TurnGiven = message(
  'turn-given',
  z.object({
    turn: z.int().positive(),
    text: z.string(),
    author: z.string(),
    /** What lies in the workspace may steer the agent: its settings, hooks and MCP servers. */
    trusted: z.boolean().optional(),
    files: z.array(z.object({ file: z.uuid(), name: z.string().min(1).max(255), mediaType: z.string() })),
  }),
);
export type TurnGiven = z.infer<typeof TurnGiven>;
