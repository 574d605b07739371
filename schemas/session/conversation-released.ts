import { z } from 'zod';

/** The conversation has no session any more. */
export const ConversationReleased = z.object({ type: z.literal('conversation-released'), session: z.uuid() });
export type ConversationReleased = z.infer<typeof ConversationReleased>;
