import { SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { mintModelToken, verifyModelToken } from './index.ts';

const secret = 'a-secret-of-thirty-two-characters';
const key = new TextEncoder().encode(secret);

describe('a model token', () => {
  it('names the sandbox that it was minted for', async () => {
    const token = await mintModelToken({ secret, sandboxId: 'box', expiresIn: 60 });
    expect(await verifyModelToken(secret, token)).toBe('box');
  });

  it('is worth nothing once it expired', async () => {
    const token = await mintModelToken({ secret, sandboxId: 'box', expiresIn: -1 });
    expect(await verifyModelToken(secret, token)).toBeUndefined();
  });

  it('is worth nothing when another secret signed it, or none', async () => {
    const token = await mintModelToken({ secret: `${secret}!`, sandboxId: 'box', expiresIn: 60 });
    expect(await verifyModelToken(secret, token)).toBeUndefined();
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`;
    expect(await verifyModelToken(secret, none)).toBeUndefined();
    expect(await verifyModelToken(secret, 'nonsense')).toBeUndefined();
  });

  it('is worth nothing when it is meant for somebody else, or never ends', async () => {
    const jwt = () => new SignJWT().setProtectedHeader({ alg: 'HS256' }).setSubject('box');
    const other = await jwt().setAudience('gateway').setExpirationTime('1m').sign(key);
    expect(await verifyModelToken(secret, other)).toBeUndefined();
    const endless = await jwt().setAudience('egress').sign(key);
    expect(await verifyModelToken(secret, endless)).toBeUndefined();
  });

  it('is not minted without a secret', async () => {
    await expect(mintModelToken({ secret: '', sandboxId: 'box', expiresIn: 60 })).rejects.toThrow();
  });
});
