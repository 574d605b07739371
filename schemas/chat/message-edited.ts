import { z } from 'zod';
import { message } from '../envelope.ts';
import { Place } from './place.ts';

/** Somebody changed what they had said: the message with the inbound id `of` now reads like this. */
export const MessageEdited = message('message-edited', Place.extend({ of: z.uuid(), text: z.string().max(100_000) }));
export type MessageEdited = z.infer<typeof MessageEdited>;
