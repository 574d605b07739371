import { given, Rejected } from '@threadbox/eventsourcing';
import type { LinkEvent } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { account } from './account.ts';
import { link, type LinkCommand } from './link.ts';

const offered: LinkEvent = { type: 'link-offered', account: 'discord:1', expires: '2026-01-01T00:10:00.000Z' };
const taken: LinkEvent = { type: 'link-taken', by: 'slack:U' };
const take = (by = 'slack:U', now = '2026-01-01T00:05:00.000Z'): LinkCommand => ({ type: 'take', by, now });

describe('a code that links accounts', () => {
  it('is good once, and the same taking again changes nothing', () => {
    expect(given(link, offered)(take())).toEqual([taken]);
    expect(given(link, offered, taken)(take())).toEqual([]);
  });
  it('is not good for another, too late, where none was given, or for the account that it came from', () => {
    expect(() => given(link, offered, taken)(take('slack:E'))).toThrow(Rejected);
    expect(() => given(link, offered)(take('slack:U', '2026-01-01T00:11:00.000Z'))).toThrow(Rejected);
    expect(() => given(link)(take())).toThrow(Rejected);
    expect(() => given(link, offered)(take('discord:1'))).toThrow(Rejected);
  });
});

describe('an account', () => {
  it('acts as another until it is unlinked', () => {
    const linked = { type: 'account-linked', principal: 'discord:1' } as const;
    expect(given(account)({ type: 'link', principal: 'discord:1' })).toEqual([linked]);
    expect(given(account, linked)({ type: 'link', principal: 'discord:1' })).toEqual([]);
    expect(given(account, linked)({ type: 'unlink' })).toEqual([{ type: 'account-unlinked' }]);
    expect(given(account)({ type: 'unlink' })).toEqual([]);
  });
});
