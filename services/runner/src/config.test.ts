import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readConfig, readWaiting } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'threadbox-config-'));
const tokenFile = join(folder, 'model-token');
writeFileSync(tokenFile, 'a token\n', { mode: 0o400 });
afterAll(() => rmSync(folder, { recursive: true }));

const whole = {
  SANDBOX_ID: '11111111-1111-4111-8111-111111111111',
  AGENT: 'echo',
  NATS_URL: 'nats://127.0.0.1:4222',
  WORKSPACE_DIR: '/workspace',
  HOME: '/home/agent',
  MODEL_URL: 'http://egress/',
};

describe('a runner’s settings', () => {
  it('may have secrets in files, and are the same then', () => {
    const plain = readConfig({ ...whole, MODEL_TOKEN: 'a token' });
    expect(readConfig({ ...whole, MODEL_TOKEN_FILE: tokenFile })).toEqual(plain);
    expect(plain).toMatchObject({ MODEL_TOKEN: 'a token', MODEL_URL: 'http://egress' });
  });

  it('say which file cannot be read, and never what stands in one', () => {
    expect(readConfig({ ...whole, MODEL_TOKEN_FILE: join(folder, 'nothing') })).toEqual({
      problems: ['MODEL_TOKEN_FILE: cannot be read'],
    });
    expect(JSON.stringify(readConfig({ ...whole, AGENT_FILE: tokenFile, AGENT: '', MODEL_TOKEN: 't' }))).not.toContain(
      'a token',
    );
  });

  it('of one that waits are few, and there only where it waits', () => {
    expect(readWaiting(whole)).toBeUndefined();
    const waiting = { WARM_ID: whole.SANDBOX_ID, NATS_URL: whole.NATS_URL, NATS_CREDS: '/run/threadbox/nats.creds' };
    expect(readWaiting({ ...waiting, HOME: '/home/agent' })).toEqual(waiting);
    expect(readWaiting({ WARM_ID: 'x' })).toMatchObject({
      problems: expect.arrayContaining(['NATS_URL: is missing']) as string[],
    });
  });
});
