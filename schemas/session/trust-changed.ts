import { z } from 'zod';

/** Whether the agent heeds settings, hooks and MCP servers that lie in the workspace; from the next turn on. */
export const TrustChanged = z.object({ type: z.literal('trust-changed'), trusted: z.boolean(), by: z.string() });
export type TrustChanged = z.infer<typeof TrustChanged>;
