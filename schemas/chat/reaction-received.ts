import { z } from 'zod';
import { message } from '../envelope.ts';
import { Place } from './place.ts';

/** Somebody reacted to a message of the bot's. */
export const ReactionReceived = message('reaction-received', Place.extend({ emoji: z.string().min(1).max(64) }));
export type ReactionReceived = z.infer<typeof ReactionReceived>;
