import { z } from 'zod';
import { message } from '../envelope.ts';
import { Attachment } from './attachment.ts';
import { Place } from './place.ts';

/** What a message answers to, as far as the platform tells. */
const Quote = z.object({ author: z.string().max(200).optional(), text: z.string().max(2000) });

/** Somebody said something where the bot can hear it. */
export const MessageReceived = message(
  'message-received',
  Place.extend({
    text: z.string().max(100_000),
    attachments: z.array(Attachment).max(10),
    /** True where the bot was named: among people, only that is meant for it. */
    addressed: z.boolean().optional(),
    quote: Quote.optional(),
  }),
);
export type MessageReceived = z.infer<typeof MessageReceived>;
