/** Of the stand-in for a cluster: a pod's container as a process of this machine, with the pod's own file system around it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import type { Store } from './store.ts';

/** What stands behind an image's name: its command, and the files of this machine that it consists of. */
export type Image = { command: readonly string[]; readable: readonly string[] };

const SYSTEM = ['/usr', '/etc/alternatives', '/etc/ld.so.cache', '/etc/ssl', '/bin', '/sbin', '/lib', '/lib64'];

/** Where each volume of a pod is on this machine; undefined names one that is not there. */
const volumesOf = async (
  pod: V1Pod,
  store: Store,
  root: string,
): Promise<Map<string, string> | { missing: string }> => {
  const folders = new Map<string, string>();
  for (const { name, persistentVolumeClaim, secret, emptyDir } of pod.spec?.volumes ?? []) {
    const own = join(root, 'pods', pod.metadata?.uid ?? '', name);
    if (persistentVolumeClaim) {
      const claim = store.get('persistentvolumeclaims', persistentVolumeClaim.claimName);
      if (!claim) return { missing: `persistentvolumeclaim "${persistentVolumeClaim.claimName}" not found` };
      folders.set(name, join(root, 'volumes', claim.metadata.uid));
    } else if (secret) {
      const found = store.get('secrets', secret.secretName ?? '');
      if (!found)
        return { missing: `MountVolume.SetUp failed for volume "${name}" : secret "${secret.secretName}" not found` };
      await mkdir(own, { recursive: true });
      for (const [file, value] of Object.entries((found['data'] ?? {}) as Record<string, string>))
        await writeFile(join(own, file), Buffer.from(value, 'base64'), { mode: secret.defaultMode ?? 0o644 });
      folders.set(name, own);
    } else if (emptyDir) folders.set(name, own);
    else return { missing: `the stand-in has no volumes like "${name}"` };
    await mkdir(folders.get(name) ?? '', { recursive: true });
  }
  return folders;
};

/** Starts a pod's container. `missing` says what it waits for, in a cluster's words. */
export const startContainer = async (options: {
  pod: V1Pod;
  image: Image;
  store: Store;
  root: string;
  bubblewrap: string;
}) => {
  const { pod, image, store, root, bubblewrap } = options;
  const container = pod.spec?.containers[0];
  const folders = await volumesOf(pod, store, root);
  if ('missing' in folders) return folders;
  const mounts: string[] = [];
  for (const { name, mountPath, subPath, readOnly } of container?.volumeMounts ?? []) {
    const folder = join(folders.get(name) ?? '', subPath ?? '');
    await mkdir(folder, { recursive: true });
    mounts.push(readOnly ? '--ro-bind' : '--bind', folder, mountPath);
  }
  const flags = (text: string): string[] => text.split(' ');
  const read = (path: string): string[] => ['--ro-bind-try', path, path];
  const { uid, gid } = { uid: pod.spec?.securityContext?.runAsUser, gid: pod.spec?.securityContext?.runAsGroup };
  const args = [
    ...flags(`--unshare-user --uid ${uid} --gid ${gid} --cap-drop ALL --unshare-pid --unshare-ipc`),
    ...flags('--die-with-parent --new-session --clearenv --json-status-fd 3'),
    ...SYSTEM.flatMap(read),
    ...flags('--proc /proc --dev /dev'),
    ...mounts,
    ...image.readable.flatMap(read),
    ...[{ name: 'PATH', value: process.env['PATH'] ?? '' }, ...(container?.env ?? [])].flatMap(({ name, value }) => [
      '--setenv',
      name,
      value ?? '',
    ]),
    // A root of its own, made of nothing else; nobody writes to it.
    ...flags('--remount-ro / --chdir'),
    container?.workingDir ?? '/',
    '--',
    ...(container?.command ?? image.command),
  ];
  const child = spawn(bubblewrap, args, { stdio: ['ignore', 'pipe', 'pipe', 'pipe'], env: {} });
  let log = '';
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (data) => (log = `${log}${String(data)}`.slice(-20_000)));
  const ended = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  const first = await new Promise<number | undefined>((resolve) => {
    const status = child.stdio[3];
    let text = '';
    status?.on('data', (piece) => {
      text += String(piece);
      const found = /"child-pid":\s*(\d+)/.exec(text)?.[1];
      if (found) resolve(Number(found));
    });
    void ended.then(() => resolve(undefined));
  });
  const namespace = first === undefined ? '' : await readlink(`/proc/${first}/ns/pid`).catch(() => '');

  /** Every process inside, by its number here, but the one that stands for the pod's sandbox. */
  const processes = async (): Promise<number[]> => {
    const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const own = await Promise.all(
      names.map(async (name) =>
        namespace !== '' && (await readlink(`/proc/${name}/ns/pid`).catch(() => '')) === namespace
          ? [Number(name)]
          : [],
      ),
    );
    return own.flat().filter((pid) => pid !== first);
  };
  const main = async (): Promise<number | undefined> => {
    const children = await readFile(`/proc/${first}/task/${first}/children`, 'utf8').catch(() => '');
    return Number(children.trim().split(' ')[0]) || undefined;
  };
  /** Its first process, with which all others end; bubblewrap's own end alone would leave one that is still being set up. */
  const kill = (): void => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    try {
      if (first === undefined) child.kill('SIGKILL');
      else process.kill(first, 'SIGKILL');
    } catch {
      child.kill('SIGKILL');
    }
  };
  const signal = async (name: NodeJS.Signals): Promise<void> => {
    const pid = await main();
    if (pid !== undefined) process.kill(pid, name);
    else kill();
  };
  return {
    ended,
    namespace,
    processes,
    signal,
    log: () => log,
    /** Ends it as a node does: asks, waits for as long as it may take, and then does not ask. */
    end: async (graceSeconds: number): Promise<void> => {
      await signal('SIGTERM').catch(() => undefined);
      const timer = setTimeout(kill, graceSeconds * 1000);
      await ended;
      clearTimeout(timer);
    },
    kill: async (): Promise<void> => {
      kill();
      await ended;
    },
  };
};
export type Container = Exclude<Awaited<ReturnType<typeof startContainer>>, { missing: string }>;
