import { createHash, randomBytes } from 'node:crypto';
import type { Bus } from '@threadbox/messaging';
import { CHUNK_BYTES, shelfSubject, streams } from '@threadbox/schemas';
import { z } from 'zod';
import type { Shelf } from '../port.ts';

const Name = z.object({ name: z.string(), mediaType: z.string(), chunks: z.int().nonnegative() });
const TOKEN = /^[\w-]{43}$/;

/** Who can read the log must not be able to fetch files by it: what stands there is the token's hash. */
const placeOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** A shelf on the WEB stream. A token is 256 random bits; the file's name comes last, once all of its bytes are there. */
export const createShelf = ({ js, jsm }: Pick<Bus, 'js' | 'jsm'>): Shelf => {
  const last = async (subject: string): Promise<Uint8Array | undefined> =>
    (await jsm.direct.getMessage(streams.web, { last_by_subj: subject }))?.data;
  return {
    put: async ({ name, mediaType, bytes }) => {
      const token = randomBytes(32).toString('base64url');
      const place = placeOf(token);
      const chunks = Math.ceil(bytes.length / CHUNK_BYTES);
      for (let index = 0; index < chunks; index += 1)
        await js.publish(shelfSubject(place, index), bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES));
      await js.publish(shelfSubject(place, 'name'), JSON.stringify({ name, mediaType, chunks }));
      return token;
    },
    get: async (token) => {
      if (!TOKEN.test(token)) return undefined;
      const place = placeOf(token);
      const record = await last(shelfSubject(place, 'name'));
      if (record === undefined) return undefined;
      const { name, mediaType, chunks } = Name.parse(JSON.parse(Buffer.from(record).toString('utf8')));
      const pieces: Uint8Array[] = [];
      for (let index = 0; index < chunks; index += 1) {
        const piece = await last(shelfSubject(place, index));
        if (piece === undefined) return undefined;
        pieces.push(piece);
      }
      return { name, mediaType, bytes: new Uint8Array(Buffer.concat(pieces)) };
    },
  };
};
