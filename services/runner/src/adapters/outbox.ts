import { constants } from 'node:fs';
import { lstat, mkdir, open, readdir, rename } from 'node:fs/promises';
import { basename, join, relative } from 'node:path';
import { FILE_BYTES } from '@threadbox/schemas';
import { mediaTypeOf, numberedName, safeName } from '../domain/safe-name.ts';

/** A file that the agent wants people to have. */
export type OutgoingFile = { path: string; name: string; mediaType: string; bytes: Buffer; stamp: string };
/** What is in the outbox, and what of it cannot be sent, in words for the people. */
export type Outgoing = { files: OutgoingFile[]; unsent: string[]; refused: string[] };

const MOST = 20;
/** Below the outbox: what was sent, and what could not be. */
const SENT = 'sent';
const NOT_SENT = 'not-sent';

/** Every regular file below a folder; links are not followed. */
const filesBelow = async (folder: string, root: string, depth = 0): Promise<string[]> => {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    if (depth === 0 && (entry.name === SENT || entry.name === NOT_SENT)) continue;
    if (entry.isFile()) found.push(relative(root, path));
    else if (entry.isDirectory() && depth < 4) found.push(...(await filesBelow(path, root, depth + 1)));
    if (found.length > 10 * MOST) break;
  }
  return found;
};

/** Its bytes, `too-large`, or undefined where it is no regular file (any more). */
const readRegular = async (path: string): Promise<{ bytes: Buffer; stamp: string } | 'too-large' | undefined> => {
  const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (!handle) return undefined;
  try {
    const found = await handle.stat();
    if (!found.isFile()) return undefined;
    if (found.size > FILE_BYTES) return 'too-large';
    const buffer = Buffer.alloc(found.size);
    let filled = 0;
    while (filled < buffer.length) {
      const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return { bytes: buffer.subarray(0, filled), stamp: `${found.mtimeMs}/${found.size}` };
  } finally {
    await handle.close();
  }
};

/** The workspace's `outbox/`: whatever lies in it after a turn is sent, then moved to `outbox/sent/`. */
export const createOutbox = (workspace: string) => {
  const root = join(workspace, 'outbox');

  const move = async (paths: readonly string[], folder: string): Promise<void> => {
    if (paths.length === 0) return;
    const into = join(root, folder);
    await mkdir(into, { recursive: true });
    for (const path of paths) {
      const taken = new Set(await readdir(into));
      // Moved already by an earlier life of ours, or by the agent.
      await rename(
        join(root, path),
        join(
          into,
          numberedName(basename(path), (name) => taken.has(name)),
        ),
      ).catch(() => undefined);
    }
  };

  return {
    /** Looks what there is to send. */
    collect: async (): Promise<Outgoing> => {
      const files: OutgoingFile[] = [];
      const unsent: string[] = [];
      const refused: string[] = [];
      const there = await lstat(root).catch(() => undefined);
      for (const path of there?.isDirectory() ? await filesBelow(root, root) : []) {
        const content = files.length < MOST ? await readRegular(join(root, path)) : undefined;
        if (files.length >= MOST)
          unsent.push(`More than ${MOST} files at once: ${safeName(basename(path))} waits for the next answer.`);
        else if (content === 'too-large') {
          unsent.push(`${safeName(basename(path))} is larger than 20 MB and cannot be sent.`);
          refused.push(path);
        } else if (content) {
          const names = new Set(files.map(({ name }) => name));
          const name = numberedName(safeName(basename(path)), (candidate) => names.has(candidate));
          files.push({ path, name, mediaType: mediaTypeOf(name), ...content });
        }
      }
      return { files, unsent: unsent.slice(0, 10), refused };
    },
    /** These are on their way. Done again it does no harm. */
    archive: (paths: readonly string[]): Promise<void> => move(paths, SENT).catch(() => undefined),
    /** These cannot be sent, and are not tried again. */
    refuse: (paths: readonly string[]): Promise<void> => move(paths, NOT_SENT).catch(() => undefined),
  };
};
export type Outbox = ReturnType<typeof createOutbox>;
