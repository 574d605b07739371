import type { z } from 'zod';
import { message, Principal } from '../envelope.ts';
import { ReactionReceived } from './reaction-received.ts';

/** A reaction of somebody who belongs here. */
export const ReactionAdmitted = message(
  'reaction-admitted',
  ReactionReceived.shape.data.omit({ author: true }).extend({ principal: Principal }),
);
export type ReactionAdmitted = z.infer<typeof ReactionAdmitted>;
