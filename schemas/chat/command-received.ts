import { z } from 'zod';
import { message } from '../envelope.ts';
import { Place } from './place.ts';

/** Somebody addressed the bot with a command; the line is what follows `/claude`. */
export const CommandReceived = message('command-received', Place.extend({ line: z.string().max(4000) }));
export type CommandReceived = z.infer<typeof CommandReceived>;
