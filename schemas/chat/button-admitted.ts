import type { z } from 'zod';
import { message, Principal } from '../envelope.ts';
import { ButtonPressed } from './button-pressed.ts';

/** A button pressed by somebody who belongs here. */
export const ButtonAdmitted = message(
  'button-admitted',
  ButtonPressed.shape.data.omit({ author: true }).extend({ principal: Principal }),
);
export type ButtonAdmitted = z.infer<typeof ButtonAdmitted>;
