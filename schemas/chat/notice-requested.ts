import { z } from 'zod';
import { message } from '../envelope.ts';
import { BUTTON_VALUE_BYTES } from './button-pressed.ts';
import { ConversationId } from './place.ts';

/** A button under a message; pressing it comes back as `button-pressed` with its value. */
export const Button = z.object({
  label: z.string().min(1).max(40),
  value: z.string().min(1).max(BUTTON_VALUE_BYTES),
  style: z.enum(['primary', 'secondary', 'danger']),
  /** Pressing it asks for words under this title, in a form of the platform's; where there is none, it is left out. */
  prompt: z.string().min(1).max(45).optional(),
});
export type Button = z.infer<typeof Button>;

/**
 * A message of Threadbox itself: a question, an answer to a command, an error in plain words.
 * `delivery` names the place in the chat: asked for again, the same message is edited, never posted twice.
 */
export const NoticeRequested = message(
  'notice-requested',
  z.object({
    conversation: ConversationId,
    delivery: z.uuid(),
    /** Markdown (CommonMark with tables). */
    text: z.string().min(1).max(100_000),
    buttons: z.array(Button).max(25),
    /** The running turn that asks this: what it says at last belongs below, where people look. */
    interrupts: z.object({ session: z.uuid(), turn: z.int().positive() }).optional(),
  }),
);
export type NoticeRequested = z.infer<typeof NoticeRequested>;
