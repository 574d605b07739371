import { z } from 'zod';
import { LinkOffered } from './link-offered.ts';
import { LinkTaken } from './link-taken.ts';

/** All that can happen to a code that links accounts. */
export const LinkEvent = z.discriminatedUnion('type', [LinkOffered, LinkTaken]);
export type LinkEvent = z.infer<typeof LinkEvent>;
