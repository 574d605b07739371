import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { z } from 'zod';
import { loadConfig, secret } from './config.ts';
import { withSecretFiles } from './secret-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'threadbox-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('makes each file that is named as a setting that setting, as kubelet lays them out', () => {
  mkdirSync(join(folder, '..2026'));
  writeFileSync(join(folder, '..2026', 'TOKEN'), 'a-secret-long-enough\n');
  symlinkSync('..2026', join(folder, '..data'));
  symlinkSync(join('..data', 'TOKEN'), join(folder, 'TOKEN'));
  writeFileSync(join(folder, 'BOT_TOKEN__support'), 'x');
  writeFileSync(join(folder, 'nats.creds'), 'no setting');
  expect(withSecretFiles({ SECRETS_DIR: folder })).toEqual({
    SECRETS_DIR: folder,
    TOKEN_FILE: join(folder, 'TOKEN'),
    BOT_TOKEN__support_FILE: join(folder, 'BOT_TOKEN__support'),
  });
  expect(loadConfig(z.object({ TOKEN: secret() }), { SECRETS_DIR: folder })).toEqual({ TOKEN: 'a-secret-long-enough' });
});

it('lets the environment say otherwise', () => {
  writeFileSync(join(folder, 'A'), 'file');
  writeFileSync(join(folder, 'B'), 'file');
  writeFileSync(join(folder, 'C'), 'file');
  const env = { SECRETS_DIR: folder, A: 'said', B_FILE: '/elsewhere' };
  // Empty counts as missing.
  expect(withSecretFiles({ ...env, C: '' })).toEqual({ ...env, C_FILE: join(folder, 'C') });
});

it('changes nothing where no folder is named, and names a folder that is not there', () => {
  expect(withSecretFiles({ A: '1', SECRETS_DIR: '' })).toEqual({ A: '1', SECRETS_DIR: '' });
  expect(() => withSecretFiles({ SECRETS_DIR: join(folder, 'none') })).toThrow(/SECRETS_DIR: .*ENOENT/);
});
