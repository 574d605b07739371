import { z } from 'zod';
import { Way, WayAllowedBy } from './way.ts';

/** A sandbox was let out to this host and port for the first time; further times are counted. */
export const WayAllowed = z.object({ type: z.literal('way-allowed'), ...Way.shape, why: WayAllowedBy });
export type WayAllowed = z.infer<typeof WayAllowed>;
