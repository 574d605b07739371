import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { CopiedStream, sumOfFile } from './stream-copy.ts';

/** The file that is written last: where it is, the backup is whole. */
export const MANIFEST = 'manifest.json';

const Manifest = z.object({
  format: z.literal('threadbox-backup'),
  version: z.literal(1),
  at: z.iso.datetime(),
  /** The NATS server that it comes from. */
  server: z.string(),
  streams: z.array(CopiedStream).min(1),
});
/** What is in a backup. */
export type Manifest = z.infer<typeof Manifest>;

/** Reads a backup's manifest, and compares every file with it. Throws with a clear word where it is not whole. */
export const checkBackup = async (folder: string): Promise<Manifest> => {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch(() => undefined);
  if (text === undefined) throw new Error(`${folder} is no backup, or was not finished: it has no ${MANIFEST}`);
  const parsed = Manifest.safeParse(
    ((): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        return undefined;
      }
    })(),
  );
  if (!parsed.success) throw new Error(`${join(folder, MANIFEST)} is not of a backup that this release can read`);
  for (const { file, bytes, sha256 } of parsed.data.streams) {
    const found = await sumOfFile(join(folder, file)).catch(() => undefined);
    if (found === undefined) throw new Error(`${join(folder, file)} is missing`);
    if (found.bytes !== bytes || found.sha256 !== sha256)
      throw new Error(`${join(folder, file)} is damaged: it is not what was written`);
  }
  return parsed.data;
};
