import type { Bus } from '@threadbox/messaging';
import { FILE_BYTES, FileChunk, sandboxSubject, streams, upcast } from '@threadbox/schemas';

/** The pieces of one file so far; `size` is the characters of base64 in them, and some for each piece itself. */
type Pieces = { size: number; chunks: Map<number, FileChunk['data']> };

/** The most characters kept of one file: base64 adds a third, and some slack. */
const FILE_SIZE = FILE_BYTES * 1.4;
/** The most characters kept of all files together; what is put out is read from the stream again. */
const KEPT_SIZE = 100_000_000;
const PER_PIECE = 256;

const nothing = (): Pieces => ({ size: 0, chunks: new Map() });

/** A sandbox may send what it likes; we keep what we would carry. */
const withChunk = ({ size, chunks }: Pieces, chunk: FileChunk['data']): Pieces => {
  const more = chunk.bytes.length + PER_PIECE;
  if (size + more > FILE_SIZE || chunks.has(chunk.index)) return { size, chunks };
  return { size: size + more, chunks: chunks.set(chunk.index, chunk) };
};

const join = ({ chunks }: Pieces): Uint8Array | undefined => {
  const total = chunks.get(0)?.total;
  if (total === undefined || chunks.size !== total) return undefined;
  const parts = Array.from({ length: total }, (_, index) => Buffer.from(chunks.get(index)?.bytes ?? '', 'base64'));
  return new Uint8Array(Buffer.concat(parts));
};

/** The files that sandboxes send, put together from their pieces. At most `keptSize` characters wait in memory. */
export const createFiles = ({ jsm }: Pick<Bus, 'jsm'>, { keptSize = KEPT_SIZE } = {}) => {
  const files = new Map<string, Pieces>();
  let kept = 0;

  const put = (key: string): void => {
    kept -= files.get(key)?.size ?? 0;
    files.delete(key);
  };

  /** Hands over a sandbox's output from a place in the stream on, one batch; tells the last sequence, 0 past the end. */
  const readBatch = async (sandbox: string, from: number, see: (stored: unknown) => void): Promise<number> => {
    let last = 0;
    try {
      const query = { seq: from, next_by_subj: sandboxSubject(sandbox, 'out'), batch: 200 };
      for await (const stored of await jsm.direct.getBatch(streams.sandbox, query)) {
        see(stored.json());
        last = stored.seq;
      }
    } catch (error) {
      // So the server says that there is nothing more; anything else is trouble, and the file may well be there.
      if (!(error instanceof Error && 'code' in error && error.code === 404)) throw error;
    }
    return last;
  };

  /** Reads again pieces that a former life of the relay had read, or that were put out. */
  const readAgain = async (sandbox: string, file: string): Promise<Pieces> => {
    let pieces = nothing();
    for (let last: number, from = 1; ; from = last + 1) {
      last = await readBatch(sandbox, from, (stored) => {
        const chunk = FileChunk.safeParse(upcast(stored));
        if (chunk.success && chunk.data.data.file === file) pieces = withChunk(pieces, chunk.data.data);
      });
      if (last === 0) return pieces;
    }
  };

  return {
    add: (sandbox: string, chunk: FileChunk['data']): void => {
      const key = `${sandbox}/${chunk.file}`;
      const pieces = withChunk(files.get(key) ?? nothing(), chunk);
      put(key);
      files.set(key, pieces);
      kept += pieces.size;
      for (const oldest of files.keys()) {
        if (kept <= keptSize) return;
        put(oldest);
      }
    },
    /** The bytes of a file, and forgets them; undefined where pieces are missing. */
    take: async (sandbox: string, file: string): Promise<Uint8Array | undefined> => {
      const key = `${sandbox}/${file}`;
      const bytes = join(files.get(key) ?? nothing());
      put(key);
      return bytes ?? join(await readAgain(sandbox, file));
    },
  };
};

export type Files = ReturnType<typeof createFiles>;
