import { z } from 'zod';
import { HandoffOffered } from './handoff-offered.ts';
import { HandoffTaken } from './handoff-taken.ts';

/** All that can happen to a code that hands a session over. */
export const HandoffEvent = z.discriminatedUnion('type', [HandoffOffered, HandoffTaken]);
export type HandoffEvent = z.infer<typeof HandoffEvent>;
