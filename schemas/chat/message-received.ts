import { z } from 'zod';
import { message } from '../envelope.ts';
import { Attachment } from './attachment.ts';
import { Place } from './place.ts';

/** Somebody said something where the bot can hear it. */
export const MessageReceived = message(
  'message-received',
  Place.extend({ text: z.string().max(100_000), attachments: z.array(Attachment).max(10) }),
);
export type MessageReceived = z.infer<typeof MessageReceived>;
