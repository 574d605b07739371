import { z } from 'zod';
import { ButtonAdmitted } from './button-admitted.ts';
import { CommandAdmitted } from './command-admitted.ts';
import { EditAdmitted } from './edit-admitted.ts';
import { MessageAdmitted } from './message-admitted.ts';
import { ReactionAdmitted } from './reaction-admitted.ts';

/** All that auth writes to `chat.admitted`. */
export const Admitted = z.discriminatedUnion('type', [
  MessageAdmitted,
  EditAdmitted,
  CommandAdmitted,
  ButtonAdmitted,
  ReactionAdmitted,
]);
export type Admitted = z.infer<typeof Admitted>;
