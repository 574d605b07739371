import { z } from 'zod';
import { message } from '../envelope.ts';

/**
 * What the agent is doing right now, whole each time so that a lost or repeated one does no harm:
 * the tool at work, how many have run, the plan, and a word about trouble that is being dealt with.
 */
export const ActivityChanged = message(
  'activity-changed',
  z.object({
    turn: z.int().positive(),
    tool: z.object({ title: z.string().max(300), kind: z.string().max(40) }).optional(),
    tools: z.int().nonnegative(),
    plan: z
      .array(z.object({ text: z.string().max(300), status: z.enum(['pending', 'in_progress', 'completed']) }))
      .max(50),
    notice: z.string().max(500).optional(),
  }),
);
export type ActivityChanged = z.infer<typeof ActivityChanged>;
