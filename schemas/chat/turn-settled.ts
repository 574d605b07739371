import { z } from 'zod';
import { message } from '../envelope.ts';
import { ConversationId } from './place.ts';

/** A turn ended without the sandbox saying so (closed, never started): relay replaces its placeholder by these words. */
export const TurnSettled = message(
  'turn-settled',
  z.object({
    conversation: ConversationId,
    session: z.uuid(),
    turn: z.int().positive(),
    text: z.string().min(1).max(4000),
  }),
);
export type TurnSettled = z.infer<typeof TurnSettled>;
