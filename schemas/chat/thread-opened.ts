import { z } from 'zod';
import { message } from '../envelope.ts';
import { ThreadRequested } from './thread-requested.ts';
import { ConversationId } from './place.ts';

/** Relay opened a thread for a session, or could not: then `thread` is the channel itself, and `refused` says why. */
export const ThreadOpened = message(
  'thread-opened',
  ThreadRequested.shape.data.omit({ title: true }).extend({
    thread: ConversationId,
    refused: z.string().max(500).optional(),
  }),
);
export type ThreadOpened = z.infer<typeof ThreadOpened>;
