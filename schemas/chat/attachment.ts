import { z } from 'zod';

/** The most bytes of a file that go into one message; NATS allows 1 MiB a message and base64 adds a third. */
export const CHUNK_BYTES = 256 * 1024;

/** The largest file that Threadbox carries, in bytes (Telegram lets bots download 20 MB). */
export const FILE_BYTES = 20 * 1024 * 1024;

/** A file that was said: its bytes are `file-chunk` messages on the conversation's `file` subject, from `sequence` on. */
export const Attachment = z.object({
  id: z.uuid(),
  name: z.string().min(1).max(255),
  mediaType: z.string().max(200),
  /** In bytes. */
  size: z.int().nonnegative().max(FILE_BYTES),
  /** The stream sequences of its chunks, in order. */
  chunks: z.array(z.int().positive()),
});
export type Attachment = z.infer<typeof Attachment>;
