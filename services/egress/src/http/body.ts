import type { IncomingMessage } from 'node:http';

/** The largest request that is passed on, in bytes: the API's own limit. */
const BODY_BYTES = 32 * 1024 * 1024;

/** A request's body, or undefined where it is larger than what is passed on. */
export const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES) return undefined;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > BODY_BYTES) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
};
