import { z } from 'zod';

/** This person allowed this kind of action in all their sessions of the workspace. */
export const PermissionGranted = z.object({ type: z.literal('permission-granted'), grant: z.string(), by: z.string() });
export type PermissionGranted = z.infer<typeof PermissionGranted>;
