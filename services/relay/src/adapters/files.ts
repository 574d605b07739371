import type { Bus } from '@threadbox/messaging';
import { FILE_BYTES, FileChunk, sandboxSubject, streams } from '@threadbox/schemas';

type Pieces = Map<number, FileChunk['data']>;
const KEPT_FILES = 200;

/** The files that sandboxes send, put together from their pieces. */
export const createFiles = ({ jsm }: Pick<Bus, 'jsm'>) => {
  const files = new Map<string, Pieces>();

  const add = (sandbox: string, chunk: FileChunk['data']): void => {
    const key = `${sandbox}/${chunk.file}`;
    const pieces = files.get(key) ?? new Map<number, FileChunk['data']>();
    const size = [...pieces.values()].reduce((sum, { bytes }) => sum + bytes.length, 0);
    // A sandbox may send what it likes; we keep what we would carry.
    if (size + chunk.bytes.length <= FILE_BYTES * 1.4) pieces.set(chunk.index, chunk);
    files.set(key, pieces);
    if (files.size > KEPT_FILES) files.delete(files.keys().next().value ?? '');
  };

  const join = (pieces: Pieces | undefined): Uint8Array | undefined => {
    const total = pieces?.get(0)?.total;
    if (pieces === undefined || total === undefined || pieces.size !== total) return undefined;
    const parts = Array.from({ length: total }, (_, index) => Buffer.from(pieces.get(index)?.bytes ?? '', 'base64'));
    return new Uint8Array(Buffer.concat(parts));
  };

  /** Reads a sandbox's output again for pieces that a former life of the relay had read. */
  const readAgain = async (sandbox: string): Promise<void> => {
    for (let from = 1; ;) {
      const batch = await jsm.direct.getBatch(streams.sandbox, {
        seq: from,
        next_by_subj: sandboxSubject(sandbox, 'out'),
        batch: 200,
      });
      let last = 0;
      for await (const stored of batch) {
        last = stored.seq;
        const chunk = FileChunk.safeParse(stored.json());
        if (chunk.success) add(sandbox, chunk.data.data);
      }
      if (last === 0) return;
      from = last + 1;
    }
  };

  return {
    add,
    /** The bytes of a file, and forgets them; undefined where pieces are missing. */
    take: async (sandbox: string, file: string): Promise<Uint8Array | undefined> => {
      const key = `${sandbox}/${file}`;
      // Past the last message the server answers with an error instead of an empty batch.
      if (!join(files.get(key))) await readAgain(sandbox).catch(() => undefined);
      const bytes = join(files.get(key));
      files.delete(key);
      return bytes;
    },
  };
};

export type Files = ReturnType<typeof createFiles>;
