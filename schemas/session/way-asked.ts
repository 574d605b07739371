import { z } from 'zod';
import { Domain } from '../egress/domain.ts';

/** The sandbox wanted to reach a host that nobody allowed: the thread is told, and owners may allow it. Once a host. */
export const WayAsked = z.object({ type: z.literal('way-asked'), host: Domain });
export type WayAsked = z.infer<typeof WayAsked>;
