import { z } from 'zod';
import { Host } from './domain.ts';

/** Where a sandbox wanted to go, and nothing else of what it wanted there. */
export const Way = z.object({ host: Host, port: z.int().min(0).max(65_535) });
export type Way = z.infer<typeof Way>;

/** On whose word a way is open: EGRESS_ALLOW, the workspace's owners, or those of the session's workspace for it alone. */
export const WayAllowedBy = z.enum(['settings', 'workspace', 'session']);
export type WayAllowedBy = z.infer<typeof WayAllowedBy>;

/** Why a way is closed: nobody allowed it; no port of the web; an address that is not the internet's; no session (any more). */
export const WayRefusedFor = z.enum(['not-allowed', 'port', 'address', 'no-session']);
export type WayRefusedFor = z.infer<typeof WayRefusedFor>;
