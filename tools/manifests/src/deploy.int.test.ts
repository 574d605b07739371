import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findKubectl } from '@threadbox/tool-infrastructure';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configMap } from './config-maps.ts';
import { policiesOf } from './network.ts';
import { containersOf, readObjects, type KubeObject } from './objects.ts';

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));
const STUB = fileURLToPath(new URL('testing/stub-kubectl.sh', import.meta.url));

let work: string;
let kubectl: string;
let secrets: string;
beforeAll(async () => {
  work = mkdtempSync(join(tmpdir(), 'threadbox-deploy-'));
  kubectl = await findKubectl({ home: work, progress: (line) => console.log(line) });
  mkdirSync(join(work, 'bin'));
  symlinkSync(STUB, join(work, 'bin', 'kubectl'));
});
beforeEach(() => {
  secrets = join(mkdtempSync(join(work, 'run-')), 'secrets');
});
afterAll(() => rmSync(work, { recursive: true }));

type Call = { args: string[]; sent: string };
/** Runs a script of deploy/ with nobody at the terminal, in a made-up cluster: `env` says what is in it. */
const run = (script: string, args: readonly string[], env: Record<string, string> = {}) => {
  const log = mkdtempSync(join(work, 'calls-'));
  const done = spawnSync('bash', [join(DEPLOY, script), ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${join(work, 'bin')}:${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
      HOME: work,
      STUB_LOG: log,
      STUB_KUBECTL: kubectl,
      ...env,
    },
  });
  const calls = readdirSync(log)
    .toSorted()
    .map((name): Call => {
      const text = readFileSync(join(log, name), 'utf8');
      const end = text.indexOf('\n\n');
      return { args: text.slice(0, end).split('\n'), sent: text.slice(end + 2) };
    });
  return { code: done.status, said: done.stdout + done.stderr, calls };
};
const deploy = (args: readonly string[] = [], env: Record<string, string> = {}) =>
  run('deploy.sh', ['--secrets-dir', secrets, ...args], env);
const doing = (calls: readonly Call[], ...words: string[]): number =>
  calls.findIndex(({ args }) => words.every((word) => args.join(' ').includes(word)));
const changes = (calls: readonly Call[]): string[] =>
  calls.map(({ args }) => args.join(' ')).filter((call) => /\b(apply|delete)\b/.test(call));
const applied = (calls: readonly Call[]): KubeObject[] =>
  readObjects(calls.findLast(({ args }) => args.at(-1)?.endsWith('all.yaml'))?.sent ?? '');

describe.each(['deploy.sh', 'cleanup.sh', 'lib.sh'])('%s', (script) => {
  it('is bash', () => expect(spawnSync('bash', ['-n', join(DEPLOY, script)]).status).toBe(0));
});

describe.each(['deploy.sh', 'cleanup.sh'])('%s', (script) => {
  it('says how it is used, and does nothing', () => {
    const { code, said, calls } = run(script, ['--help']);
    expect([code, calls]).toEqual([0, []]);
    for (const [option] of readFileSync(join(DEPLOY, script), 'utf8').matchAll(/(?<=^ {4,6})--[a-z-]+(?=\))/gm))
      expect(said).toContain(option);
  });
  it('refuses what it does not know, and does nothing', () => {
    for (const wrong of [['--no-such'], ['--context'], ['dev']]) {
      const { code, calls } = run(script, wrong);
      expect([code, calls]).toEqual([1, []]);
    }
  });
  it('says that no cluster answers', () => {
    const { code, said, calls } = run(script, [], { STUB_GONE: 'yes' });
    expect(code).toBe(1);
    expect(said).toContain('the cluster does not answer');
    expect(changes(calls)).toEqual([]);
  });
});

describe('deploy.sh', () => {
  it('does one thing after the other, in the cluster that was named', () => {
    const { code, said, calls } = deploy(['--context', 'mine']);
    expect([code, said]).toEqual([0, expect.stringContaining('Threadbox is up')]);
    const order = [
      doing(calls, 'apply', 'namespaces.yaml'),
      doing(calls, 'create secret generic nats'),
      doing(calls, 'delete job provision'),
      doing(calls, 'apply', 'phase!=services'),
      doing(calls, 'rollout status statefulset/nats'),
      doing(calls, 'wait job/provision'),
      calls.findIndex(({ args }) => args.at(-1)?.endsWith('all.yaml')),
      doing(calls, 'rollout status deployment/gateway'),
      doing(calls, 'wait job/walls'),
    ];
    expect(order.every((place) => place >= 0)).toBe(true);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    const elsewhere = calls.filter(
      ({ args }) => args[0] !== 'kustomize' && !args.join(' ').startsWith('--context mine '),
    );
    expect(elsewhere).toEqual([]);
    expect(readdirSync(join(DEPLOY, 'k8s')).filter((name) => name.startsWith('.deploy'))).toEqual([]);
  });

  it('gives each Secret what is its own, and shows none of it', () => {
    const key = 'sk-ant-not-a-real-one-but-long';
    const { said, calls } = deploy([], { ANTHROPIC_API_KEY: key });
    const made = calls
      .filter(({ sent }) => /^kind: Secret$/m.test(sent))
      .map(({ sent }) => readObjects(sent)[0])
      .map((object) => [object?.metadata.name, Object.keys(object?.['data'] ?? {}).toSorted()]);
    expect(Object.fromEntries(made)).toMatchObject({
      nats: ['auth.conf', 'routes.conf'],
      postgres: ['password'],
      provision: ['nats.creds'],
      auth: ['DATABASE_URL', 'nats.creds'],
      gateway: ['THREADBOX_CREDENTIAL_KEY', 'THREADBOX_SECRET_KEY', 'WEB_USERS', 'nats.creds'],
      egress: expect.arrayContaining(['ANTHROPIC_API_KEY', 'EGRESS_SECRET']),
    });
    expect(made).toHaveLength(9);
    const values = readdirSync(secrets, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'NATS_ACCOUNT')
      .map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').trim());
    const open = said + calls.map(({ args }) => args.join(' ')).join('\n');
    expect(values.filter((value) => open.includes(value))).toEqual([]);
    expect(values).toContain(key);
  });

  it('does the same the second time', () => {
    const secretsOf = (calls: readonly Call[]) =>
      calls.map(({ sent }) => sent).filter((sent) => /^kind: Secret$/m.test(sent));
    const first = deploy();
    const account = readFileSync(join(secrets, 'sandbox', 'NATS_ACCOUNT'), 'utf8');
    const second = deploy([], { STUB_ACCOUNT: account });
    expect(second.code).toBe(0);
    expect(secretsOf(second.calls)).toEqual(secretsOf(first.calls));
    expect(applied(second.calls)).toEqual(applied(first.calls));
  });

  it('puts into the manifests what only this cluster knows', () => {
    const { calls } = deploy([
      '--overlay',
      'prod',
      '--images',
      'registry.example.com/team',
      '--tag',
      '1.2.3',
      '--with',
      'gvisor',
    ]);
    const objects = applied(calls);
    const images = containersOf(objects).map(({ container }) => container.image);
    expect(
      images.filter((image) => image.startsWith('registry.example.com/team/') && image.endsWith(':1.2.3')),
    ).toHaveLength(7);
    expect(images.filter((image) => image.startsWith('threadbox/'))).toEqual([]);
    const sandbox = containersOf(objects).find(({ name }) => name === 'StatefulSet threadbox/sandbox sandbox');
    expect(sandbox?.container.env).toContainEqual({
      name: 'SANDBOX_IMAGE',
      value: 'registry.example.com/team/runner:1.2.3',
    });
    const settings = sandbox?.container.envFrom.map(({ configMapRef }) =>
      configMap(objects, 'threadbox', configMapRef?.name ?? ''),
    );
    expect(Object.assign({}, ...(settings ?? []))).toMatchObject({ SANDBOX_RUNTIME_CLASS: 'gvisor' });
    const api = policiesOf(objects).find(({ name }) => name === 'to-cluster-api');
    expect(api?.egress).toMatchObject([
      {
        to: ['172.18.0.2/32', 'fd00::2/128', '10.96.0.1/32'].map((cidr) => ({ ipBlock: { cidr } })),
        ports: [{ port: 443 }, { port: 6443 }],
      },
    ]);
    // A pod is made anew when its Secret is another one.
    const templates = JSON.stringify(objects.map((object) => object['spec']));
    expect(templates.match(/"threadbox.dev\/secret":"4711"/g)).toHaveLength(8);
  });

  it.each([
    ['other keys', { STUB_ACCOUNT: 'A'.repeat(56) }, 'has other keys'],
    ['no storage', { STUB_NO_STORAGE: 'yes' }, 'no default StorageClass'],
    ['an old cluster', { STUB_MINOR: '29' }, 'too old'],
  ])('refuses %s before it makes anything', (_what, env, words) => {
    const { code, said, calls } = deploy([], env);
    expect(code).toBe(1);
    expect(said).toContain(words);
    expect(changes(calls).filter((call) => !call.includes('namespaces.yaml'))).toEqual([]);
    expect(existsSync(secrets)).toBe(false);
  });

  it('fails where the walls let something through', () => {
    const { code, said } = deploy([], { STUB_LEAKY: 'yes' });
    expect(code).toBe(1);
    expect(said).toContain('does this cluster enforce NetworkPolicies?');
  });

  it('touches no secret where it is told so', () => {
    const { code, calls } = deploy(['--keep-secrets']);
    expect(code).toBe(0);
    expect(doing(calls, 'create secret')).toBe(-1);
    expect(existsSync(secrets)).toBe(false);
  });

  it.each([
    ['--overlay', 'none'],
    ['--with', 'none'],
    ['--load', 'none'],
    ['--tag', 'latest'],
  ])('refuses %s %s', (...args) => {
    const { code, calls } = deploy(args);
    expect([code, calls]).toEqual([1, []]);
  });
});

describe('cleanup.sh', () => {
  it('asks, and does nothing where nobody is there to be asked', () => {
    for (const args of [[], ['--data']]) {
      const { code, said, calls } = run('cleanup.sh', args);
      expect([code, changes(calls)]).toEqual([1, []]);
      expect(said).toContain('nobody is here to be asked');
    }
  });
  it('keeps data, secrets and namespaces unless told otherwise', () => {
    const { code, calls } = run('cleanup.sh', ['--yes']);
    expect(code).toBe(0);
    expect(changes(calls)).toHaveLength(2);
    expect(changes(calls).join()).not.toMatch(/namespace |persistentvolume|secret|pvc/);
  });
  it('deletes everything with --data --yes', () => {
    const { code, calls } = run('cleanup.sh', ['--data', '--yes', '--context', 'mine']);
    expect(code).toBe(0);
    expect(changes(calls)).toEqual([
      '--context mine delete namespace threadbox-sandboxes threadbox --ignore-not-found --wait',
    ]);
  });
});
