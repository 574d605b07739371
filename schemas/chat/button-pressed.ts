import { z } from 'zod';
import { message } from '../envelope.ts';
import { Place } from './place.ts';

/** The longest value a button can carry: Telegram's callback_data, in bytes. */
export const BUTTON_VALUE_BYTES = 64;

/** Somebody pressed a button of ours; the value is the one the button was given. */
export const ButtonPressed = message(
  'button-pressed',
  Place.extend({
    value: z.string().min(1).max(BUTTON_VALUE_BYTES),
    /** What was typed, where the button asks for words. */
    text: z.string().max(4000).optional(),
  }),
);
export type ButtonPressed = z.infer<typeof ButtonPressed>;
