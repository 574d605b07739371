import { describe, expect, it } from 'vitest';
import { bubblewrapArgs, type Enclosure } from './bubblewrap.ts';

const enclosure: Enclosure = {
  workspace: '/data/1/workspace',
  home: '/data/1/home',
  creds: '/data/1/nats.creds',
  sockets: '/tmp/tbx-1',
  readable: ['/opt/node'],
  tmpBytes: 1000,
  env: { NAME: 'a value; with -- signs' },
};
const args = bubblewrapArgs(enclosure, ['node', 'main.ts']);
const pairs = (flag: string): string[][] => args.flatMap((arg, i) => (arg === flag ? [args.slice(i + 1, i + 3)] : []));

describe('the walls', () => {
  it('let nothing be written but the sandbox’s own folders', () => {
    expect(pairs('--bind')).toEqual([
      ['/data/1/workspace', '/workspace'],
      ['/data/1/home', '/home/agent'],
    ]);
  });
  it('begin with an empty environment, and give what is given as it is', () => {
    expect(args.indexOf('--clearenv')).toBeLessThan(args.indexOf('--setenv'));
    expect(pairs('--setenv')).toEqual([['NAME', 'a value; with -- signs']]);
  });
  it('leave no namespace open, and no capability', () => {
    for (const kind of ['user', 'pid', 'ipc', 'net', 'uts']) expect(args).toContain(`--unshare-${kind}`);
    expect(pairs('--cap-drop')[0]?.[0]).toBe('ALL');
    for (const flag of ['--disable-userns', '--die-with-parent', '--new-session']) expect(args).toContain(flag);
  });
  it('make the machine’s part of /proc read-only, after /proc is there', () => {
    const proc = args.indexOf('--proc');
    for (const path of ['/proc/sys', '/proc/sysrq-trigger']) expect(args.lastIndexOf(path)).toBeGreaterThan(proc);
  });
  it('end before the command, which comes as it is', () => {
    expect(args.slice(args.lastIndexOf('--'))).toEqual(['--', 'node', 'main.ts']);
  });
  it('take absolute paths only', () => {
    expect(() => bubblewrapArgs({ ...enclosure, readable: ['../secrets'] }, [])).toThrow(TypeError);
  });
});
