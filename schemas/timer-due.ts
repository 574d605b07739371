import { z } from 'zod';
import { message } from './envelope.ts';

/** A timer rang: what was set then is to be looked at now. */
export const TimerDue = message('timer-due', z.object({ aggregate: z.string(), id: z.string(), name: z.string() }));
export type TimerDue = z.infer<typeof TimerDue>;
