import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CHUNK_BYTES, FILE_BYTES, type FileChunk, type TurnGiven } from '@threadbox/schemas';
import { storing } from '../domain/journal.ts';
import { numberedName, safeName } from '../domain/safe-name.ts';
import type { GivenFile } from '../domain/words-to-agent.ts';
import type { JournalFile } from './journal-file.ts';

type Chunk = FileChunk['data'];

/** How long a turn waits for the rest of a file, in milliseconds; pieces that were in hand when we died come again after 5 s. */
const PATIENCE = 15_000;
const MOST_PIECES = Math.ceil(FILE_BYTES / CHUNK_BYTES);

/** The folder that is really there, whatever stood in its place. */
const realFolder = async (path: string): Promise<string> => {
  const found = await lstat(path).catch(() => undefined);
  if (found && !found.isDirectory()) await rm(path, { force: true });
  await mkdir(path, { recursive: true });
  return path;
};

const write = async (path: string, bytes: Buffer): Promise<void> => {
  await writeFile(`${path}.new`, bytes, { mode: 0o600 });
  await rename(`${path}.new`, path);
};

/**
 * Files on their way in: pieces are kept until all are there, then the file is put into the workspace's `inbox/`. A
 * piece may come any number of times and in any order.
 */
export const createInbox = ({
  workspace,
  pieces,
  journal,
}: {
  workspace: string;
  pieces: string;
  journal: JournalFile;
}) => {
  let tail: Promise<unknown> = Promise.resolve();

  const pathOf = (file: string): string | undefined => journal.state().files.find(([id]) => id === file)?.[1];

  const assemble = async ({ file, name, total }: Chunk): Promise<void> => {
    const folder = join(pieces, file);
    const there = (await readdir(folder)).filter((piece) => /^\d+$/.test(piece));
    if (there.length < total) return;
    const parts = await Promise.all(Array.from({ length: total }, (_, index) => readFile(join(folder, String(index)))));
    const inbox = await realFolder(join(workspace, 'inbox'));
    const taken = new Set(await readdir(inbox));
    const free = numberedName(safeName(name), (candidate) => taken.has(candidate));
    await writeFile(join(inbox, free), Buffer.concat(parts), { flag: 'wx' });
    journal.change(storing(file, `inbox/${free}`));
    await rm(folder, { recursive: true, force: true });
  };

  const keep = async (chunk: Chunk): Promise<void> => {
    if (pathOf(chunk.file) !== undefined || chunk.total > MOST_PIECES || chunk.index >= chunk.total) return;
    const bytes = Buffer.from(chunk.bytes, 'base64');
    if (bytes.length > CHUNK_BYTES) return;
    const folder = join(pieces, chunk.file);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await write(join(folder, String(chunk.index)), bytes);
    await assemble(chunk);
  };

  return {
    /** Takes one piece; resolves once it is on disk. What is out of bounds is dropped. */
    take: (chunk: Chunk): Promise<void> => {
      const kept = tail.then(() => keep(chunk));
      tail = kept.catch(() => undefined);
      return kept;
    },
    /** Where a turn's files are; `path` is undefined for those that did not arrive in time. */
    arrived: async (files: TurnGiven['data']['files']): Promise<GivenFile[]> => {
      const deadline = Date.now() + PATIENCE;
      while (files.some(({ file }) => pathOf(file) === undefined) && Date.now() < deadline) await sleep(50);
      return files.map(({ file, name, mediaType }) => ({ name, mediaType, path: pathOf(file) }));
    },
  };
};
