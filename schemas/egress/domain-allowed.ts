import { z } from 'zod';
import { Domain } from './domain.ts';

/** From now on sandboxes may reach this domain and everything below it: those of the workspace, or this session's. */
export const DomainAllowed = z.object({ type: z.literal('domain-allowed'), domain: Domain, by: z.string() });
export type DomainAllowed = z.infer<typeof DomainAllowed>;
