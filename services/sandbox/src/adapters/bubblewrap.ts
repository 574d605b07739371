import { isAbsolute } from 'node:path';

/** Where things are inside; the same in every sandbox, so that an agent's memory of paths stays right. */
export const inside = {
  workspace: '/workspace',
  home: '/home/agent',
  tmp: '/tmp',
  run: '/run/threadbox',
  creds: '/run/nats.creds',
} as const;

/** What stands behind a sandbox's walls, on the outside. */
export type Enclosure = {
  /** The sandbox's own folders, which it may write. */
  workspace: string;
  home: string;
  /** Its credentials file, and the folder of the sockets that lead out. */
  creds: string;
  sockets: string;
  /** Folders and files that it may read, at the same path. */
  readable: readonly string[];
  /** Bytes of /tmp, which is memory. */
  tmpBytes: number;
  env: Readonly<Record<string, string>>;
};

/** What programs need of a system's settings; names of users and hosts are the sandbox's own. */
const SYSTEM = [
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/ssl',
  '/etc/ca-certificates',
  '/etc/localtime',
  '/etc/nsswitch.conf',
];

/**
 * What of /proc belongs to the machine. Its files let their owner write without any capability, and where we are root, so is
 * a sandbox's user to them: core_pattern alone would be a way out.
 */
const KERNEL = ['sys', 'sysrq-trigger', 'irq', 'bus', 'fs', 'acpi', 'scsi'].map((name) => `/proc/${name}`);

/**
 * The arguments of bubblewrap (0.8 or newer) that put a command behind walls: a user namespace without capabilities or further
 * namespaces, no network but its own loopback, no processes but its own, a read-only system, and nothing of the
 * environment but what is given. What is not named here is not there.
 */
export const bubblewrapArgs = (
  { workspace, home, creds, sockets, readable, tmpBytes, env }: Enclosure,
  command: readonly string[],
): string[] => {
  const read = (path: string): string[] => ['--ro-bind', path, path];
  const readIfThere = (path: string): string[] => ['--ro-bind-try', path, path];
  if (![workspace, home, creds, sockets, ...readable].every(isAbsolute)) throw new TypeError('paths must be absolute');
  const isolation = [
    '--unshare-user --uid 1000 --gid 1000 --disable-userns --cap-drop ALL',
    '--unshare-pid --unshare-ipc --unshare-net --unshare-uts --unshare-cgroup-try',
    '--hostname sandbox --die-with-parent --new-session --clearenv',
  ].flatMap((flags) => flags.split(' '));
  const system = [
    ...read('/usr'),
    // Merged into /usr where the distribution does that; links are followed by name.
    ...['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'].flatMap((name) => readIfThere(`/${name}`)),
    ...SYSTEM.flatMap(readIfThere),
    '--proc',
    '/proc',
    ...KERNEL.flatMap(readIfThere),
    '--dev',
    '/dev',
  ];
  const scratch = [
    '--size',
    String(tmpBytes),
    '--tmpfs',
    inside.tmp,
    '--tmpfs',
    '/run',
    '--perms',
    '0755',
    '--dir',
    '/home',
  ];
  const own = ['--bind', workspace, inside.workspace, '--bind', home, inside.home];
  const ways = ['--ro-bind', sockets, inside.run, '--ro-bind', creds, inside.creds];
  return [
    ...isolation,
    ...Object.entries(env).flatMap(([name, value]) => ['--setenv', name, value]),
    ...system,
    ...scratch,
    ...own,
    ...ways,
    ...readable.flatMap(read),
    // What all this hangs on is memory; it would be a place to write to beside those that are counted.
    '--remount-ro',
    '/',
    '--chdir',
    inside.workspace,
    '--',
    ...command,
  ];
};
