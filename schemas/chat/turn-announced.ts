import { z } from 'zod';
import { message } from '../envelope.ts';
import { ConversationId } from './place.ts';

/** A turn will be answered here: relay posts its placeholder and fills it from the sandbox's output. */
export const TurnAnnounced = message(
  'turn-announced',
  z.object({
    conversation: ConversationId,
    session: z.uuid(),
    turn: z.int().positive(),
    /** How many turns come before this one; 0 once it runs. */
    ahead: z.int().nonnegative(),
    /** When the gateway received the message that it answers; told once it runs. */
    received: z.iso.datetime().optional(),
  }),
);
export type TurnAnnounced = z.infer<typeof TurnAnnounced>;
