import { z } from 'zod';
import { ButtonAdmitted } from './button-admitted.ts';
import { CommandAdmitted } from './command-admitted.ts';
import { MessageAdmitted } from './message-admitted.ts';

/** All that auth writes to `chat.admitted`. */
export const Admitted = z.discriminatedUnion('type', [MessageAdmitted, CommandAdmitted, ButtonAdmitted]);
export type Admitted = z.infer<typeof Admitted>;
