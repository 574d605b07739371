import { z } from 'zod';
import { ButtonPressed } from './button-pressed.ts';
import { CommandReceived } from './command-received.ts';
import { MessageReceived } from './message-received.ts';

/** All that the gateway writes to `chat.inbound`. */
export const Inbound = z.discriminatedUnion('type', [MessageReceived, CommandReceived, ButtonPressed]);
export type Inbound = z.infer<typeof Inbound>;
