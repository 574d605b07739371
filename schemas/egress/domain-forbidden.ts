import { z } from 'zod';
import { Domain } from './domain.ts';

/** The domain was taken back from the list of the workspace, or of this session. */
export const DomainForbidden = z.object({ type: z.literal('domain-forbidden'), domain: Domain, by: z.string() });
export type DomainForbidden = z.infer<typeof DomainForbidden>;
