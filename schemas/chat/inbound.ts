import { z } from 'zod';
import { ButtonPressed } from './button-pressed.ts';
import { CommandReceived } from './command-received.ts';
import { MessageEdited } from './message-edited.ts';
import { MessageReceived } from './message-received.ts';
import { ReactionReceived } from './reaction-received.ts';

/** All that the gateway writes to `chat.inbound`. */
export const Inbound = z.discriminatedUnion('type', [
  MessageReceived,
  MessageEdited,
  CommandReceived,
  ButtonPressed,
  ReactionReceived,
]);
export type Inbound = z.infer<typeof Inbound>;
