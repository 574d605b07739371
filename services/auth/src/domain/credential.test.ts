import { given } from '@threadbox/eventsourcing';
import { describe, expect, it } from 'vitest';
import { account } from './account.ts';
import { credential } from './credential.ts';
import { isInTheClear } from './words.ts';

const requested = {
  type: 'credential-requested',
  principal: 'web:ana',
  conversation: 'web:ana~1',
  expires: '2026-11-21T10:10:00.000Z',
} as const;
const receive = (now: string) => ({ type: 'receive', now }) as const;

describe('a code for a credential', () => {
  it('is good until its time is over, and once', () => {
    expect(given(credential, requested)(receive('2026-11-21T10:09:59.000Z'))).toEqual([
      { type: 'credential-received' },
    ]);
    const inTime = receive('2026-11-21T10:09:59.000Z');
    expect(given(credential, requested)(inTime, inTime)).toEqual([]);
    expect(() => given(credential, requested)(receive('2026-11-21T10:10:01.000Z'))).toThrow('expired');
  });

  it('that nobody gave out is good for nothing', () => {
    expect(() => given(credential)(receive('2026-11-21T10:09:59.000Z'))).toThrow('unknown-code');
  });
});

describe('a person’s own credential', () => {
  const set = (slot: string) => ({ type: 'set-credential', slot, kind: 'api-key', ending: 'abcd' }) as const;

  it('replaces the one before it, and says which that was', () => {
    const first = { type: 'credential-set', slot: 'a', kind: 'api-key', ending: 'abcd' };
    expect(given(account)(set('a'))).toEqual([first]);
    expect(given(account)(set('a'), set('a'))).toEqual([]);
    expect(given(account)(set('a'), set('b'))).toEqual([{ ...first, slot: 'b', replaces: 'a' }]);
  });

  it('is forgotten once, and stays with the account when that is linked or stands for itself', () => {
    const removed = [{ type: 'credential-removed', slot: 'a' }];
    const [remove, unlink] = [{ type: 'remove-credential' } as const, { type: 'unlink' } as const];
    expect(given(account)(set('a'), { type: 'link', principal: 'slack:U1' }, unlink, remove)).toEqual(removed);
    expect(given(account)(set('a'), remove, remove)).toEqual([]);
    expect(given(account)(remove)).toEqual([]);
  });
});

describe('the page’s address', () => {
  it.each(['https://box.example', 'http://127.0.0.1:8080', 'http://localhost:8080', 'http://[::1]:8080/x'])(
    'is safe for a key: %s',
    (url) => expect(isInTheClear(url)).toBe(false),
  );
  it.each(['http://box.example', 'http://10.0.0.7:8080', 'http://localhost.example', 'http://127.0.0.1.example', ''])(
    'is not: %s',
    (url) => expect(isInTheClear(url)).toBe(true),
  );
});
