import { z } from 'zod';
import { message } from '../envelope.ts';

/** The agent wants to do something and waits for a yes or a no, however long it takes. */
export const PermissionAsked = message(
  'permission-asked',
  z.object({
    turn: z.int().positive(),
    /** Derived from the turn and what is asked, so that asking again after a crash is the same question. */
    request: z.uuid(),
    /** What a lasting answer would cover, e.g. `Bash`: shown on the buttons, compared by equality. */
    grant: z.string().min(1).max(100),
    title: z.string().max(300),
    /** The exact command or change, shown as code. */
    detail: z.string().max(4000),
  }),
);
export type PermissionAsked = z.infer<typeof PermissionAsked>;
