import { z } from 'zod';
import { ConversationBound } from './conversation-bound.ts';
import { ConversationReleased } from './conversation-released.ts';

/** All that can happen to a conversation: which session it speaks with. */
export const ConversationEvent = z.discriminatedUnion('type', [ConversationBound, ConversationReleased]);
export type ConversationEvent = z.infer<typeof ConversationEvent>;
