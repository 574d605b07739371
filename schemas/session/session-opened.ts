import { z } from 'zod';

/** A conversation began with an agent in a sandbox of its own; the sandbox bears the session's id. */
export const SessionOpened = z.object({
  type: z.literal('session-opened'),
  workspace: z.string(),
  conversation: z.string(),
  agent: z.string(),
  by: z.string(),
});
export type SessionOpened = z.infer<typeof SessionOpened>;
