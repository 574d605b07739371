import type { z } from 'zod';
import { message, Principal } from '../envelope.ts';
import { MessageReceived } from './message-received.ts';

/** A message whose author belongs here. */
export const MessageAdmitted = message(
  'message-admitted',
  MessageReceived.shape.data.omit({ author: true }).extend({ principal: Principal }),
);
export type MessageAdmitted = z.infer<typeof MessageAdmitted>;
