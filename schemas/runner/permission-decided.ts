import { z } from 'zod';
import { message } from '../envelope.ts';

/** The answer to a `permission-asked`; how long it lasts is the session's business, not the sandbox's. */
export const PermissionDecided = message('permission-decided', z.object({ request: z.uuid(), allow: z.boolean() }));
export type PermissionDecided = z.infer<typeof PermissionDecided>;
