import { z } from 'zod';
import { message, Principal } from '../envelope.ts';
import { Place } from './place.ts';

/** A well-formed command of the session service, from somebody who may give it. */
export const CommandAdmitted = message(
  'command-admitted',
  Place.omit({ author: true }).extend({
    principal: Principal,
    command: z.object({ name: z.string(), args: z.record(z.string(), z.string()) }),
  }),
);
export type CommandAdmitted = z.infer<typeof CommandAdmitted>;
