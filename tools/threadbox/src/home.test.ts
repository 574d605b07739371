import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawn } from 'node:child_process';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AlreadyRunning, claimHome, secretIn } from './home.ts';
import { settingsOf } from './services.ts';
import { terminalLine } from './start.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'threadbox-home-'));
});
afterEach(async () => rm(home, { recursive: true }));

describe('a home', () => {
  it('belongs to one at a time, and the second is told where the first is', async () => {
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    await writeFile(join(home, 'running.json'), JSON.stringify({ pid: other.pid, url: 'http://127.0.0.1:8080' }));
    await expect(claimHome(home)).rejects.toThrow(AlreadyRunning);
    await expect(claimHome(home)).rejects.toThrow(`process ${other.pid}, http://127.0.0.1:8080`);
    other.kill('SIGKILL');
    await new Promise((resolve) => other.once('exit', resolve));
    const claim = await claimHome(home);
    await claim.release();
    expect(await readdir(home)).toEqual([]);
  });
  it('is taken over when what is written there makes no sense', async () => {
    await writeFile(join(home, 'running.json'), 'half a wri');
    const claim = await claimHome(home);
    await claim.release();
    expect(await readdir(home)).toEqual([]);
  });
  it('keeps its secrets, for their owner only', async () => {
    const first = await secretIn(home, 'token');
    expect(first.value.length).toBeGreaterThanOrEqual(32);
    expect((await secretIn(home, 'token')).value).toBe(first.value);
    expect((await secretIn(home, 'other')).value).not.toBe(first.value);
    expect((await stat(first.path)).mode & 0o077).toBe(0);
  });
});

it('gives a service only the settings that it is to have', () => {
  const env = {
    PATH: '/bin',
    ANTHROPIC_API_KEY: 'secret',
    LANG: '',
    TELEGRAM_BOT_TOKEN: 'a',
    TELEGRAM_BOT_TOKEN__qa_FILE: '/run/qa',
    TELEGRAM_WEBHOOK_SECRET: 'b',
  };
  expect(settingsOf({ settings: ['MAX_SANDBOXES'] }, env)).toEqual({ PATH: '/bin' });
  const { TELEGRAM_WEBHOOK_SECRET: _, ANTHROPIC_API_KEY: __, LANG: ___, ...writing } = env;
  expect(settingsOf({ settings: [], platforms: 'writing' }, env)).toEqual(writing);
  expect(settingsOf({ settings: [], platforms: 'hearing' }, env)).toHaveProperty('TELEGRAM_WEBHOOK_SECRET');
});

it('shows warnings in the terminal, in short, and the rest only when asked to', () => {
  const warning = JSON.stringify({ level: 'warn', msg: 'waiting', err: { message: 'gone\nat line 1' } });
  expect(terminalLine('relay', warning, false)).toBe('  relay: waiting: gone');
  expect(terminalLine('relay', JSON.stringify({ level: 'info', msg: 'ready' }), false)).toBeUndefined();
  expect(terminalLine('relay', 'not JSON', false)).toBeUndefined();
  expect(terminalLine('relay', 'not JSON', true)).toContain('not JSON');
});
