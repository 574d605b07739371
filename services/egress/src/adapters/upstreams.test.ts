import type { AccountView } from '../domain/account-view.ts';
import { noAllowance } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { CredentialUnreadable, createUpstreams } from './upstreams.ts';

const house = { url: 'https://model.test', headers: { 'x-api-key': 'the house’s' } };
const open = { status: 'open', workspace: 'w', opener: 'web:ana', speaker: 'web:ben', allowance: noAllowance } as const;

const upstreamFor = (credential: AccountView['credential'], vault?: { read: () => Promise<string | undefined> }) =>
  createUpstreams({
    sessions: { load: (id) => Promise.resolve({ state: id === 's' ? open : { status: 'none' }, sequence: 1 }) },
    accounts: {
      load: (id) => Promise.resolve({ state: id === 'web:ana' && credential ? { credential } : {}, sequence: 1 }),
    },
    vault,
    house,
    settings: { ANTHROPIC_BASE_URL: 'https://model.test/' },
  });
const own = { slot: 'slot', kind: 'api-key' } as const;

describe('the credential that the model is asked with', () => {
  it('is that of whoever opened the session, not of who speaks in it', async () => {
    const upstream = await upstreamFor(own, { read: () => Promise.resolve('Ana’s') })('s');
    expect(upstream).toEqual({ url: 'https://model.test', headers: { 'x-api-key': 'Ana’s' } });
    const subscription = { ...own, kind: 'subscription' } as const;
    const { headers, beta } = await upstreamFor(subscription, { read: () => Promise.resolve('Ana’s') })('s');
    expect([headers, beta]).toEqual([{ authorization: 'Bearer Ana’s' }, 'oauth-2025-04-20']);
  });

  it('is the house’s where nobody gave one, or no session is open', async () => {
    expect(await upstreamFor(undefined)('s')).toBe(house);
    expect(await upstreamFor(own, { read: () => Promise.resolve('Ana’s') })('another')).toBe(house);
  });

  it.each([
    ['its key is not here', { read: () => Promise.reject(new Error('a key that is not here')) }],
    ['its slot is empty', { read: () => Promise.resolve(undefined) }],
    ['there is no vault', undefined],
  ])('is nobody’s where one was given and %s', async (_, vault) => {
    await expect(upstreamFor(own, vault)('s')).rejects.toThrow(CredentialUnreadable);
  });
});
