import { z } from 'zod';

/** The session goes on in another conversation: same sandbox, same agent, same questions. */
export const SessionMoved = z.object({
  type: z.literal('session-moved'),
  reason: z.enum(['thread-opened', 'handed-over']),
  workspace: z.string(),
  conversation: z.string(),
  from: z.string(),
  by: z.string(),
  /** Where on CHAT the move was asked for: what was said before it in `from` belongs to this session. */
  sequence: z.int().positive(),
});
export type SessionMoved = z.infer<typeof SessionMoved>;
