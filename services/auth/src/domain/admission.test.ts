import { emptyIndex, put } from '@threadbox/eventsourcing';
import { deriveId, noAllowance, wayButtons, type Inbound } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { judge } from './admission.ts';
import { memberId } from './order.ts';
import type { Role, Workspace } from './workspace.ts';

const id = deriveId('x');
const place = {
  platform: 'telegram',
  workspace: 'telegram:bot',
  conversation: 'telegram:7',
  direct: true,
  author: { id: 'telegram:1', name: 'Ana' },
};
const common = { id, version: 1, time: '2026-01-01T00:00:00Z', causation: id, correlation: id } as const;
const text = (more: Partial<typeof place> = {}): Inbound => ({
  ...common,
  type: 'message-received',
  data: { ...place, ...more, text: 'hi', attachments: [] },
});
const command = (line: string, more: Partial<typeof place> = {}): Inbound => ({
  ...common,
  type: 'command-received',
  data: { ...place, ...more, line },
});
const unowned: Workspace = { status: 'unowned', asked: [], withdrawn: [] };
const owned = (role: 'owner' | 'user'): Workspace => ({
  status: 'owned',
  roster: put<Role>(emptyIndex, 'telegram:1', role),
  founding: { owner: 'telegram:1', asked: [] },
  allowance: noAllowance,
});
const stranger = { author: { id: 'telegram:9', name: 'Eve' } };

describe('admission', () => {
  it('asks for an owner on the first contact, but not on what people say to each other', () => {
    expect(judge(text(), unowned)).toEqual({ kind: 'ask' });
    expect(judge(text({ direct: false }), unowned)).toEqual({ kind: 'ignore' });
    expect(judge(command('start', { direct: false }), unowned)).toEqual({ kind: 'ask' });
  });
  it('admits members with their role', () => {
    expect(judge(text({ direct: false }), owned('user'))).toEqual({
      kind: 'admit',
      principal: { id: 'telegram:1', name: 'Ana', role: 'user' },
    });
  });
  it('tells strangers what to do, and leaves their talk in groups alone', () => {
    expect(judge(text(stranger), owned('owner'))).toEqual({
      kind: 'answer',
      text: expect.stringContaining('/claude add user telegram:9'),
    });
    expect(judge(text({ ...stranger, direct: false }), owned('owner'))).toEqual({ kind: 'ignore' });
  });
  it('passes the session’s commands on, parsed', () => {
    expect(judge(command('start goose'), owned('user'))).toMatchObject({
      kind: 'admit',
      command: { name: 'start', args: { agent: 'goose' } },
    });
  });
  it('keeps owners’ commands for owners', () => {
    expect(judge(command('add user 5'), owned('user'))).toMatchObject({ kind: 'answer' });
    expect(judge(command('add user 5'), owned('owner'))).toEqual({
      kind: 'order',
      command: { type: 'add', by: 'telegram:1', member: 'telegram:5', role: 'user' },
    });
  });
  it('answers a command that is none', () => {
    expect(judge(command('dance'), owned('user'))).toMatchObject({ kind: 'answer' });
  });
  it('takes no name of an object’s own members for a person', () => {
    expect(judge(text({ author: { id: 'constructor', name: '' } }), owned('owner')).kind).toBe('answer');
  });
});

it('knows a person however they are written', () => {
  for (const said of ['5', 'telegram:5', '<@5>', '<@!5>', '@5']) expect(memberId('telegram', said)).toBe('telegram:5');
});

describe('somebody with several accounts', () => {
  it('is known by any of them, by the best role, and as the same principal', () => {
    const both: Workspace = {
      status: 'owned',
      roster: put(put<Role>(emptyIndex, 'telegram:1', 'user'), 'discord:42', 'owner'),
      founding: { owner: 'discord:42', asked: [] },
      allowance: noAllowance,
    };
    expect(judge(text(), both, 'discord:42')).toMatchObject({ principal: { id: 'discord:42', role: 'owner' } });
    expect(judge(command('add user 7'), both, 'discord:42')).toEqual({
      kind: 'order',
      command: { type: 'add', by: 'discord:42', member: 'telegram:7', role: 'user' },
    });
  });
  it('is a stranger where none of them is known', () => {
    expect(judge(text(stranger), owned('user'), 'discord:42')).toMatchObject({ kind: 'answer' });
  });
  it('gets a code only where nobody else reads it, and may use one anywhere', () => {
    expect(judge(command('link'), owned('user'))).toEqual({ kind: 'link', code: undefined, principal: 'telegram:1' });
    expect(judge(command('link', { direct: false }), owned('user'))).toMatchObject({ kind: 'answer' });
    expect(judge(command('link ABCD', { direct: false }), owned('user'))).toMatchObject({ kind: 'link', code: 'ABCD' });
  });
});

describe('the question of the owner', () => {
  const asked: Workspace = {
    status: 'unowned',
    asked: [{ by: 'telegram:1', conversation: 'telegram:7', message: id, sequence: 1 }],
    withdrawn: [],
  };
  const typed = (words: string, conversation = 'telegram:7'): Inbound => ({
    ...common,
    type: 'message-received',
    data: { ...place, conversation, text: words, attachments: [] },
  });
  it('may be answered in words where it stands, and nowhere else', () => {
    expect(judge(typed('Yes'), asked)).toEqual({ kind: 'own', yes: true });
    expect(judge(typed('2'), asked)).toEqual({ kind: 'own', yes: false });
    expect(judge(typed('yes, do it'), asked)).toEqual({ kind: 'ask' });
    expect(judge(typed('yes', 'telegram:8'), asked)).toEqual({ kind: 'ask' });
    expect(judge(typed('yes'), owned('user'))).toMatchObject({ kind: 'admit' });
  });
});

it('does not answer strangers who mend their words or react', () => {
  const edit: Inbound = { ...common, type: 'message-edited', data: { ...place, ...stranger, of: id, text: 'x' } };
  const reaction: Inbound = { ...common, type: 'reaction-received', data: { ...place, ...stranger, emoji: '👍' } };
  for (const inbound of [edit, reaction]) {
    expect(judge(inbound, owned('user'))).toEqual({ kind: 'ignore' });
    expect(judge(inbound, unowned)).toEqual({ kind: 'ignore' });
  }
});

describe('what sandboxes may reach and spend', () => {
  it('is the owners’ to say, for the workspace here and for a session to its service', () => {
    expect(judge(command('allow x.example everywhere'), owned('owner'))).toEqual({
      kind: 'order',
      command: { type: 'allow', domain: 'x.example', by: 'telegram:1' },
    });
    expect(judge(command('allow x.example'), owned('owner'))).toMatchObject({
      kind: 'admit',
      command: { name: 'allow', args: { domain: 'x.example' } },
    });
    expect(judge(command('limit user 5 2.50/day'), owned('owner'))).toEqual({
      kind: 'order',
      command: { type: 'limit', user: 'telegram:5', limit: { micros: 2_500_000, period: 'day' }, by: 'telegram:1' },
    });
    for (const line of ['allow x.example', 'allow x.example everywhere', 'limit workspace 5', 'allowed'])
      expect(judge(command(line), owned('user'))).toMatchObject({ kind: 'answer' });
    expect(judge(command('usage'), owned('user'))).toMatchObject({ kind: 'admit' });
  });
  it('is not changed by what is no domain and no amount', () => {
    for (const line of ['allow 10.0.0.1 everywhere', 'limit workspace lots', 'limit user 5 -1'])
      expect(judge(command(line), owned('owner'))).toMatchObject({ kind: 'answer' });
  });
  it('is opened by a button only where an owner presses it', () => {
    const session = deriveId('session');
    const press = (choice: number): Inbound => ({
      ...common,
      type: 'button-pressed',
      data: { ...place, value: wayButtons(session, 3)[choice]?.value ?? '' },
    });
    for (const choice of [0, 1, 2]) expect(judge(press(choice), owned('user'))).toMatchObject({ kind: 'answer' });
    expect(judge(press(0), owned('owner'))).not.toHaveProperty('opens');
    expect(judge(press(1), owned('owner'))).toMatchObject({
      kind: 'admit',
      opens: { session, way: 3, by: 'telegram:1' },
    });
  });
});
