import { compose, publish, type Bus } from '@threadbox/messaging';
import { Refused, type IncomingFile } from '@threadbox/platforms';
import { chatSubject, CHUNK_BYTES, deriveId, FILE_BYTES, type Attachment } from '@threadbox/schemas';

const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;

/** The most bytes that one file may have, in words. */
const LIMIT_WORD = `files of more than ${megabytes(FILE_BYTES)} are not taken`;

/** A name that is safe to show and to store: no path, no control characters, not too long. */
const plainName = (name: string): string =>
  (name.split(/[\\/]/).at(-1) ?? '')
    .replaceAll(/\p{Cc}/gu, '')
    .slice(0, 200)
    .trim() || 'file';

/**
 * Stores an attached file as chunks on its conversation's `file` subject; ids follow from the event, so storing it again
 * adds nothing. A file that is too large, or that the platform will not give, becomes a note for the reader instead of a
 * failure: what was said with it must not be lost.
 */
export const takeFile = async (
  bus: Pick<Bus, 'js'>,
  file: IncomingFile,
  { conversation, cause, index }: { conversation: string; cause: string; index: number },
): Promise<Attachment | { note: string }> => {
  const name = plainName(file.name);
  if (file.size !== undefined && file.size > FILE_BYTES) return { note: `${name} is left out: ${LIMIT_WORD}` };
  const id = deriveId('file', cause, index);
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of await file.open()) {
      size += piece.byteLength;
      if (size > FILE_BYTES) return { note: `${name} is left out: ${LIMIT_WORD}` };
      pieces.push(Buffer.from(piece));
    }
  } catch (error) {
    if (error instanceof Refused) return { note: `${name} is left out: ${error.reason}` };
    throw error;
  }
  const bytes = Buffer.concat(pieces);
  const total = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
  const chunks: number[] = [];
  for (let at = 0; at < total; at += 1) {
    const data = {
      file: id,
      name,
      mediaType: file.mediaType.slice(0, 200),
      index: at,
      total,
      bytes: bytes.subarray(at * CHUNK_BYTES, (at + 1) * CHUNK_BYTES).toString('base64'),
    };
    const chunk = compose({
      type: 'file-chunk',
      id: deriveId('chunk', id, at),
      causation: cause,
      correlation: cause,
      data,
    });
    chunks.push((await publish(bus, chatSubject('file', conversation), chunk)).sequence);
  }
  return { id, name, mediaType: file.mediaType.slice(0, 200), size: bytes.length, chunks };
};
