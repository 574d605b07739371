import { z } from 'zod';
import { message } from '../envelope.ts';

/** A piece of a file on its way into or out of a sandbox; the pieces of one file share its id and count up from 0. */
export const FileChunk = message(
  'file-chunk',
  z.object({
    file: z.uuid(),
    name: z.string().min(1).max(255),
    mediaType: z.string().max(200),
    index: z.int().nonnegative(),
    total: z.int().positive(),
    /** The bytes, base64. */
    bytes: z.string(),
  }),
);
export type FileChunk = z.infer<typeof FileChunk>;
