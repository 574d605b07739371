import { z } from 'zod';
import { message } from '../envelope.ts';
import { ConversationId } from './place.ts';

/** The session of this conversation is over: relay archives the thread, where the platform can, and forgets it. */
export const ConversationClosed = message(
  'conversation-closed',
  z.object({ conversation: ConversationId, session: z.uuid() }),
);
export type ConversationClosed = z.infer<typeof ConversationClosed>;
