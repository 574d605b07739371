import { given, Rejected } from '@threadbox/eventsourcing';
import { deriveId, type WorkspaceEvent } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { workspace } from './workspace.ts';

const held = { by: 'web:ana', conversation: 'web:ana~1', message: deriveId('hello'), sequence: 1 };
const asked: WorkspaceEvent = { type: 'owner-asked', ...held };
const claimed: WorkspaceEvent = { type: 'owner-claimed', owner: 'web:ana' };
const user: WorkspaceEvent = { type: 'member-added', member: 'web:ben', role: 'user' };
const owner: WorkspaceEvent = { type: 'member-added', member: 'web:ben', role: 'owner' };

describe('a workspace without an owner', () => {
  it('asks on the first contact', () => {
    expect(given(workspace)({ type: 'contact', ...held })).toEqual([asked]);
  });
  it('asks once a conversation', () => {
    expect(given(workspace, asked)({ type: 'contact', ...held, message: deriveId('again'), sequence: 2 })).toEqual([]);
    expect(given(workspace, asked)({ type: 'contact', ...held, conversation: 'web:ben~1' })).toHaveLength(1);
  });
  it('belongs to the first who says Yes', () => {
    expect(given(workspace, asked)({ type: 'claim', by: 'web:ben' })).toEqual([
      { type: 'owner-claimed', owner: 'web:ben' },
    ]);
    expect(given(workspace, asked, claimed)({ type: 'claim', by: 'web:ben' })).toEqual([]);
  });
  it('cannot be claimed before it asked', () => {
    expect(given(workspace)({ type: 'claim', by: 'web:ben' })).toEqual([]);
  });
  it('withdraws the question on No, and asks again on the next contact', () => {
    expect(given(workspace, asked)({ type: 'decline', by: 'web:ana' })).toEqual([
      { type: 'ownership-declined', by: 'web:ana' },
    ]);
    expect(given(workspace, asked)({ type: 'decline', by: 'web:ana' }, { type: 'contact', ...held })).toEqual([asked]);
  });
  it('takes no orders', () => {
    expect(() => given(workspace)({ type: 'add', by: 'web:ana', member: 'web:ben', role: 'owner' })).toThrow(
      new Rejected('not-an-owner'),
    );
  });
});

const withOwner = (...more: WorkspaceEvent[]) => given(workspace, asked, claimed, ...more);

describe('its roster', () => {
  it('grows by the word of an owner', () => {
    expect(withOwner()({ type: 'add', by: 'web:ana', member: 'web:ben', role: 'user' })).toEqual([user]);
    expect(withOwner(user)({ type: 'add', by: 'web:ana', member: 'web:ben', role: 'owner' })).toEqual([owner]);
  });
  it('does not change for what is so already', () => {
    expect(withOwner(user)({ type: 'add', by: 'web:ana', member: 'web:ben', role: 'user' })).toEqual([]);
    expect(withOwner(owner)({ type: 'add', by: 'web:ana', member: 'web:ben', role: 'user' })).toEqual([]);
  });
  it('does not change by the word of a user or a stranger', () => {
    for (const by of ['web:ben', 'web:eve', 'toString']) {
      expect(() => withOwner(user)({ type: 'add', by, member: by, role: 'owner' })).toThrow(
        new Rejected('not-an-owner'),
      );
    }
  });
  it('shrinks, but nobody removes themselves or an owner', () => {
    expect(withOwner(user)({ type: 'delete-user', by: 'web:ana', member: 'web:ben' })).toEqual([
      { type: 'member-removed', member: 'web:ben' },
    ]);
    expect(() => withOwner()({ type: 'delete-user', by: 'web:ana', member: 'web:ana' })).toThrow(
      new Rejected('yourself'),
    );
    expect(() => withOwner()({ type: 'delete-user', by: 'web:ana', member: 'web:eve' })).toThrow(
      new Rejected('not-a-member'),
    );
    expect(() => withOwner(owner)({ type: 'delete-user', by: 'web:ana', member: 'web:ben' })).toThrow(
      new Rejected('still-an-owner'),
    );
  });
  it('demotes an owner to a user, but nobody themselves, so one owner always stays', () => {
    expect(withOwner(owner)({ type: 'delete-owner', by: 'web:ana', member: 'web:ben' })).toEqual([user]);
    expect(() => withOwner()({ type: 'delete-owner', by: 'web:ana', member: 'web:ana' })).toThrow(
      new Rejected('yourself'),
    );
    expect(() => withOwner(user)({ type: 'delete-owner', by: 'web:ana', member: 'web:ben' })).toThrow(
      new Rejected('not-an-owner-there'),
    );
    expect(() =>
      withOwner(owner)(
        { type: 'delete-owner', by: 'web:ana', member: 'web:ben' },
        { type: 'delete-owner', by: 'web:ben', member: 'web:ana' },
      ),
    ).toThrow(new Rejected('not-an-owner'));
  });
});

describe('its allowance', () => {
  const allow = { type: 'allow', domain: 'x.example', by: 'web:ana' } as const;
  const allowed: WorkspaceEvent = { type: 'domain-allowed', domain: 'x.example', by: 'web:ana' };
  const limit = { micros: 5_000_000, period: 'day' } as const;
  it('changes by the word of an owner, and not for what is so already', () => {
    expect(withOwner()(allow)).toEqual([allowed]);
    expect(withOwner(allowed)(allow)).toEqual([]);
    expect(withOwner(allowed)({ ...allow, type: 'forbid' })).toEqual([{ ...allowed, type: 'domain-forbidden' }]);
    expect(withOwner()({ ...allow, type: 'forbid' })).toEqual([]);
  });
  it('limits the workspace and single users, and lifts what was set', () => {
    const set = { type: 'limit', limit, by: 'web:ana' } as const;
    const whole: WorkspaceEvent = { type: 'limit-set', limit, by: 'web:ana' };
    expect(withOwner()(set)).toEqual([whole]);
    expect(withOwner(whole)(set)).toEqual([]);
    expect(withOwner(whole)({ ...set, user: 'web:ben' })).toEqual([{ ...whole, user: 'web:ben' }]);
    expect(withOwner(whole)({ ...set, limit: 'none' })).toEqual([{ type: 'limit-lifted', by: 'web:ana' }]);
    expect(withOwner(whole)({ ...set, user: 'web:ben', limit: 'none' })).toEqual([]);
  });
  it('does not change by the word of a user, and outlives changes of the roster', () => {
    expect(() => withOwner(user)({ ...allow, by: 'web:ben' })).toThrow(new Rejected('not-an-owner'));
    expect(withOwner(allowed, user)(allow)).toEqual([]);
  });
});
