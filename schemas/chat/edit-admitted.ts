import { z } from 'zod';
import { message, Principal } from '../envelope.ts';
import { Place } from './place.ts';

/** A change of words by somebody who belongs here; `of` is the id of the admitted message. */
export const EditAdmitted = message(
  'edit-admitted',
  Place.omit({ author: true }).extend({ principal: Principal, of: z.uuid(), text: z.string().max(100_000) }),
);
export type EditAdmitted = z.infer<typeof EditAdmitted>;
