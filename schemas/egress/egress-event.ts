import { z } from 'zod';
import { WayAllowed } from './way-allowed.ts';
import { WayRefused } from './way-refused.ts';
import { WaysCounted } from './ways-counted.ts';

/** All that egress decides about a sandbox's ways out. */
export const EgressEvent = z.discriminatedUnion('type', [WayAllowed, WayRefused, WaysCounted]);
export type EgressEvent = z.infer<typeof EgressEvent>;
