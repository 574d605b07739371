import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeSecrets } from './secrets.ts';

let parent: string;
let out: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'threadbox-secrets-'));
  out = join(parent, 'secrets');
});
afterEach(() => rm(parent, { recursive: true }));

const all = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(out, { recursive: true, withFileTypes: true }))
        .filter((entry) => entry.isFile())
        .map(async ({ parentPath, name }) => [join(parentPath, name), await readFile(join(parentPath, name), 'utf8')]),
    ),
  );

describe('the secrets of a cluster', () => {
  it('are the same however often they are made', async () => {
    await writeSecrets({ out, env: {} });
    const first = await all();
    const { notes } = await writeSecrets({ out, env: {} });
    expect(notes).toEqual([]);
    expect(await all()).toEqual(first);
  });

  it('are for their owner only', async () => {
    await writeSecrets({ out, env: {} });
    const modes = await Promise.all(Object.keys(await all()).map(async (path) => (await stat(path)).mode & 0o077));
    expect(modes.length).toBeGreaterThan(20);
    expect(new Set(modes)).toEqual(new Set([0]));
  });

  it('give the operator’s keys to no Secret', async () => {
    await writeSecrets({ out, env: {} });
    const files = await all();
    const operator = files[join(out, '.keys/nats/keys/operator.seed')] ?? '';
    expect(operator).toMatch(/^SO/);
    const holders = Object.keys(files).filter((path) => files[path]?.includes(operator.trim()));
    expect(holders).toEqual([join(out, '.keys/nats/keys/operator.seed')]);
  });

  it('take a bot’s token to those that need it, and the model’s key to egress alone', async () => {
    const file = join(parent, 'key');
    await writeFile(file, 'sk-ant-real-enough-key\n');
    const env = {
      ANTHROPIC_API_KEY_FILE: file,
      SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef',
      SLACK_BOT_TOKEN: 'xoxb-0123456789-abcdef',
      TELEGRAM_BOT_TOKEN__support: '12345:abc',
      NATS_URL: 'nats://127.0.0.1:4222',
    };
    await writeSecrets({ out, env });
    const holders = async (text: string): Promise<string[]> =>
      Object.entries(await all())
        .filter(([, content]) => content.includes(text))
        .map(([path]) => path.slice(out.length + 1))
        .toSorted();
    expect(await holders('sk-ant')).toEqual(['egress/ANTHROPIC_API_KEY']);
    expect(await holders(env.SLACK_SIGNING_SECRET)).toEqual(['gateway/SLACK_SIGNING_SECRET']);
    expect(await holders('xoxb')).toEqual(['gateway/SLACK_BOT_TOKEN', 'relay/SLACK_BOT_TOKEN']);
    expect(await holders('12345:abc')).toEqual([
      'gateway/TELEGRAM_BOT_TOKEN__support',
      'relay/TELEGRAM_BOT_TOKEN__support',
    ]);
    expect(await holders('127.0.0.1:4222')).toEqual([]);
  });

  it('are not overwritten: what is set differently is named, never shown', async () => {
    await writeSecrets({ out, env: { ANTHROPIC_API_KEY: 'the-first-key-there-was' } });
    const { notes } = await writeSecrets({ out, env: { ANTHROPIC_API_KEY: 'another-key-altogether' } });
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^egress\/ANTHROPIC_API_KEY is another one/);
    expect(notes.join()).not.toMatch(/the-first-key|another-key/);
    expect(await readFile(join(out, 'egress/ANTHROPIC_API_KEY'), 'utf8')).toBe('the-first-key-there-was');
  });

  it('follow where NATS’s permissions say something new', async () => {
    await writeSecrets({ out, env: {} });
    await writeFile(join(out, 'nats/auth.conf'), 'operator: something old\n');
    expect((await writeSecrets({ out, env: {} })).notes).toEqual(['wrote nats/auth.conf']);
  });
});
