import { z } from 'zod';

/** From now on, what is said in this conversation goes to this session. */
export const ConversationBound = z.object({ type: z.literal('conversation-bound'), session: z.uuid() });
export type ConversationBound = z.infer<typeof ConversationBound>;
