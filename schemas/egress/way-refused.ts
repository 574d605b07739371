import { z } from 'zod';
import { Way, WayRefusedFor } from './way.ts';

/** A sandbox was not let out to this host and port, for the first time; further times are counted. */
export const WayRefused = z.object({ type: z.literal('way-refused'), ...Way.shape, why: WayRefusedFor });
export type WayRefused = z.infer<typeof WayRefused>;
