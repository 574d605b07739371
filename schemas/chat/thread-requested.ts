import { z } from 'zod';
import { message } from '../envelope.ts';
import { ConversationId } from './place.ts';

/** A session was started in a channel: relay opens a thread for it there and answers with `thread-opened`. */
export const ThreadRequested = message(
  'thread-requested',
  z.object({
    conversation: ConversationId,
    session: z.uuid(),
    title: z.string().min(1).max(100),
    /** Whose roster applies in the thread, who asked for it, and where on CHAT: told again in the answer. */
    workspace: z.string().min(1).max(200),
    by: z.string().min(1).max(200),
    sequence: z.int().positive(),
  }),
);
export type ThreadRequested = z.infer<typeof ThreadRequested>;
