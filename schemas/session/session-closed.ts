import { z } from 'zod';

/** The session is over: its sandbox goes, with all its files, and its content is purged. */
export const SessionClosed = z.object({
  type: z.literal('session-closed'),
  by: z.string(),
  message: z.uuid(),
  sequence: z.int().positive(),
});
export type SessionClosed = z.infer<typeof SessionClosed>;
