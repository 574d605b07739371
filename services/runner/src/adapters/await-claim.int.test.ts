import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mintWarmCredentials } from '@threadbox/credentials';
import type { Bus } from '@threadbox/messaging';
import { claimSubject, deriveId, type SandboxClaim } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { awaitClaim } from './await-claim.ts';

let nats: TestNats;
let service: Bus;
let folder: string;
const claim: SandboxClaim = { sandbox: deriveId('s'), agent: 'echo', natsCreds: 'creds', modelToken: 'token' };

beforeAll(async () => {
  nats = await testNats();
  service = await nats.connect('sandbox');
  folder = await mkdtemp(join(tmpdir(), 'threadbox-claim-'));
});
afterAll(async () => {
  await service.close();
  await nats.stop();
  await rm(folder, { recursive: true });
});

const waiting = async (name: string, expiresIn = 60) => {
  const warmId = deriveId('waiting', name);
  const creds = join(folder, `${name}.creds`);
  await writeFile(creds, await mintWarmCredentials({ ...nats.warmSigner, warmId, expiresIn }));
  let result: Promise<SandboxClaim> | undefined;
  await new Promise<void>((onReady) => {
    result = awaitClaim({ url: nats.url, warmId, creds, onReady });
  });
  const say = async (text: string): Promise<string> =>
    (await service.nc.request(claimSubject(warmId), text, { timeout: 500 })).string();
  return { result, say };
};

describe('a runner that waits', () => {
  it('takes the identity that it is told, says so, and listens no more', async () => {
    const { result, say } = await waiting('one');
    expect(await say(JSON.stringify(claim))).toBe('taken');
    expect(await result).toEqual(claim);
    // The server hears a moment later that it hung up.
    await vi.waitFor(() => expect(say('more')).rejects.toThrow(/no responders/i), 10_000);
  });

  it.each([
    ['no JSON', '{'],
    ['no sandbox', JSON.stringify({ ...claim, sandbox: '../..' })],
    ['an unknown agent', JSON.stringify({ ...claim, agent: 'rm' })],
    ['too much', JSON.stringify({ ...claim, natsCreds: 'x'.repeat(100_000) })],
  ])('refuses %s and waits on', async (name, text) => {
    const { result, say } = await waiting(name.replaceAll(' ', '-'));
    expect(await say(text)).toBe('this is no claim');
    expect(await say(JSON.stringify(claim))).toBe('taken');
    expect(await result).toEqual(claim);
  });

  it('gives up when its credentials end, so that another one waits instead', async () => {
    const { result } = await waiting('late', 2);
    await expect(result).rejects.toThrow();
  });

  it('goes on waiting where NATS was away', async () => {
    const { result, say } = await waiting('away');
    await nats.restart();
    await vi.waitFor(async () => expect(await say(JSON.stringify(claim))).toBe('taken'), 20_000);
    expect(await result).toEqual(claim);
  });
});
