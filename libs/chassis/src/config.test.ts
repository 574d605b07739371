import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { loadConfig, port, seconds, secret } from './config.ts';

const schema = z.object({ URL: z.url(), PORT: port().default(80), TOKEN: secret(), WAIT: seconds().optional() });
const good = { URL: 'http://127.0.0.1', TOKEN: 'a-long-enough-secret' };
const problemsOf = (env: Record<string, string>): readonly string[] => {
  try {
    loadConfig(schema, env);
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : ['another error'];
  }
};

describe('settings', () => {
  it('are read, converted, and filled with defaults', () => {
    expect(loadConfig(schema, { ...good, WAIT: '5' })).toEqual({ ...good, PORT: 80, WAIT: 5 });
  });
  it('name every problem at once, and never a value', () => {
    const problems = problemsOf({ URL: 'nowhere', PORT: '99999', WAIT: 'soon' });
    expect(problems.map((problem) => problem.split(':')[0])).toEqual(['URL', 'PORT', 'TOKEN', 'WAIT']);
    expect(problems.join()).not.toMatch(/nowhere|99999|soon/);
  });
  it('count as missing when they are empty', () => {
    expect(problemsOf({ ...good, URL: '' })).toEqual(['URL: is missing']);
  });
  it('refuse secrets that are none', () => {
    for (const TOKEN of [
      'short',
      'changeme',
      'your-token-goes-here',
      '<paste the token here>',
      'undefined',
      '${SECRET_OF_SOMEONE}',
    ]) {
      expect(problemsOf({ ...good, TOKEN })).toHaveLength(1);
    }
  });
  it('come from a file where one is named, and say so when it cannot be read', () => {
    const folder = mkdtempSync(join(tmpdir(), 'threadbox-config-'));
    writeFileSync(join(folder, 'token'), 'from-a-file-0123456789\n');
    const { TOKEN: _none, ...rest } = good;
    expect(loadConfig(schema, { ...rest, TOKEN_FILE: join(folder, 'token') }).TOKEN).toBe('from-a-file-0123456789');
    expect(problemsOf({ ...rest, TOKEN_FILE: join(folder, 'nothing') })).toEqual([expect.stringContaining('ENOENT')]);
    rmSync(folder, { recursive: true });
  });
});
