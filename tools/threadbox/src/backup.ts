/**
 * Everything that Threadbox knows, as a folder: every stream with its places, and where each reader stands.
 *
 * It is a state that a crash could have left: no service takes anything new meanwhile (`holdStill`), and each stream is copied while
 * none of its consumers deals with anything, so that whatever is marked as dealt with has its effects in the copy. The order matters
 * for what comes from outside: what is written first is copied first (a message before the chat page's own store, which has
 * the answers; what relay is about to post before what it posted).
 *
 * Until it is whole the folder has another name, and no manifest.
 */
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Bus } from '@threadbox/messaging';
import { streams } from '@threadbox/schemas';
import { MANIFEST, type Manifest } from './backup-manifest.ts';
import { holdStill, standingOf, stoodStill } from './hold-still.ts';
import { connectOperator } from './operator.ts';
import { copyStream, type CopiedStream } from './stream-copy.ts';

export const BACKUP_HELP = `threadbox backup <folder>: everything that Threadbox knows, into a new folder, while it runs

messages wait while it is made (about a second for each 50 MB), and are answered afterwards
not in it: secrets and keys (.threadbox/secrets, .threadbox/credentials: without the keys nobody can read the credentials
that people put in: keep them elsewhere), the files in sandboxes (.threadbox/sandboxes), and Postgres, whose tables follow from the log
what people said is in it: keep it as you keep that

threadbox restore <folder>: from such a folder; restore --help tells how`;

/** In this order. Not: snapshots of states, which can be made again, and leases, which are of the moment. */
const COPIED = [
  streams.events,
  streams.sandbox,
  streams.timers,
  streams.dead,
  streams.chat,
  streams.vault,
  streams.relay,
  streams.web,
] as const;

/** How often a stream is copied anew because a sandbox dealt with something meanwhile. */
const ATTEMPTS = 20;

const copyAtRest = async (bus: Bus, name: string, folder: string): Promise<CopiedStream> => {
  const file = `${name}.tar.s2`;
  const path = join(folder, file);
  for (let attempt = 1; ; attempt += 1) {
    const before = await standingOf(bus, name);
    const copied = await copyStream(bus.nc, name, path);
    if (stoodStill(before, await standingOf(bus, name))) return { ...copied, file };
    if (attempt === ATTEMPTS) throw new Error(`${name} never stood still: try again when less goes on`);
    await rm(path);
  }
};

const isEmpty = async (folder: string): Promise<boolean> => !existsSync(folder) || (await readdir(folder)).length === 0;

/** Makes a backup in a folder that is not there yet, or is empty. `say` hears how far it is. */
export const makeBackup = async (bus: Bus, to: string, say: (line: string) => void): Promise<Manifest> => {
  const folder = resolve(to);
  if (!(await isEmpty(folder))) throw new Error(`${folder} is not empty: name a new folder`);
  const partial = `${folder}.partial`;
  // What a run that was killed left behind; nothing else has such a name and no other file in it.
  if (existsSync(partial)) {
    const strange = (await readdir(partial)).find((name) => !/^[A-Z]+\.tar\.s2$/.test(name) && name !== MANIFEST);
    if (strange !== undefined) throw new Error(`${partial} is in the way, and is none of ours (${strange})`);
    await rm(partial, { recursive: true });
  }
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    const copied = await holdStill(bus, async () => {
      const all: CopiedStream[] = [];
      for (const name of COPIED) {
        const one = await copyAtRest(bus, name, partial);
        say(`${name}: ${one.state.messages} messages, ${(one.bytes / 1e6).toFixed(1)} MB`);
        all.push(one);
      }
      return all;
    });
    const manifest: Manifest = {
      format: 'threadbox-backup',
      version: 1,
      at: new Date().toISOString(),
      server: bus.nc.info?.version ?? '',
      streams: copied,
    };
    const file = await open(join(partial, MANIFEST), 'wx', 0o600);
    await writeFile(file, JSON.stringify(manifest, null, 2));
    await file.sync();
    await file.close();
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
    const above = await open(dirname(folder));
    await above.sync();
    await above.close();
    return manifest;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
};

/** `threadbox backup <folder>`. Tells the exit code. */
export const backupCommand = async ({
  home,
  folder,
}: {
  home: string;
  folder: string | undefined;
}): Promise<number> => {
  if (folder === undefined) {
    console.error(BACKUP_HELP);
    return 2;
  }
  const bus = await connectOperator(home);
  try {
    const begun = performance.now();
    const { streams: copied } = await makeBackup(bus, folder, (line) => console.log(line));
    const bytes = copied.reduce((sum, one) => sum + one.bytes, 0);
    const seconds = (performance.now() - begun) / 1000;
    console.log(`\n${resolve(folder)}: ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s, whole.`);
    console.log('Not in it: secrets and keys, files in sandboxes. `threadbox backup --help` says more.');
    return 0;
  } finally {
    await bus.close();
  }
};
