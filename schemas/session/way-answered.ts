import { z } from 'zod';
import { Domain } from '../egress/domain.ts';

/** How far an owner opens a way: for this session, for the workspace, or not at all. */
export const WayChoice = z.enum(['here', 'everywhere', 'no']);
export type WayChoice = z.infer<typeof WayChoice>;

/** An owner said whether the sandbox may go where it wanted to. */
export const WayAnswered = z.object({
  type: z.literal('way-answered'),
  host: Domain,
  choice: WayChoice,
  by: z.string(),
  /** The message that answered it, where somebody typed instead of pressing: it is no turn. */
  message: z.uuid().optional(),
});
export type WayAnswered = z.infer<typeof WayAnswered>;
