import { z } from 'zod';

/** What was reserved for a call counts no longer: the call failed and cost nothing, or nobody told for too long how it went. */
export const ReservationReleased = z.object({
  type: z.literal('reservation-released'),
  at: z.iso.datetime(),
  call: z.uuid(),
  why: z.enum(['failed', 'expired']),
});
export type ReservationReleased = z.infer<typeof ReservationReleased>;
