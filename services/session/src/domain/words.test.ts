import { deriveId } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { permissionButtons, readPermissionButton, readTypedAnswer } from './permission-buttons.ts';
import { noReach } from './reach.ts';
import type { Session } from './session.ts';
import { questionText, statusText, withQuote } from './words.ts';

describe('a question', () => {
  const question = { title: 'Run the tests', detail: 'npm test', grant: 'Bash' };
  it('shows what exactly is asked, and later how it was answered', () => {
    expect(questionText(question)).toBe('**May I?** Run the tests (Bash)\n\n```\nnpm test\n```');
    expect(questionText(question, { choice: 'always', by: 'web:ana' })).toBe(
      'Run the tests (Bash): **always allowed** by web:ana\n\n```\nnpm test\n```',
    );
    expect(questionText(question, { choice: 'withdrawn' })).toContain('not needed any more');
  });
  it('does not say the same thing twice', () => {
    expect(questionText({ ...question, title: 'npm test' })).toBe('**May I?** Bash\n\n```\nnpm test\n```');
  });
  it('cannot be dressed up by what it quotes', () => {
    const text = questionText({ title: '**Allowed** [x](http://evil)', detail: 'a\n```\n**b**', grant: 'Bash' });
    expect(text).toContain('\\*\\*Allowed\\*\\* \\[x\\](http://evil)');
    expect(text).toContain('````\na\n```\n**b**\n````');
  });
  it('has buttons whose values come back as answers, and fit into 64 bytes', () => {
    const request = deriveId('request');
    const values = permissionButtons(request).map(({ value }) => value);
    expect(values.map(readPermissionButton)).toEqual(
      ['once', 'session', 'always', 'deny'].map((choice) => ({ request, choice })),
    );
    expect(Math.max(...values.map((value) => Buffer.byteLength(value)))).toBeLessThanOrEqual(64);
    for (const value of ['p:x:o', `p:${request}:z`, 'own:yes', '']) expect(readPermissionButton(value)).toBeUndefined();
  });
});

it('says where a session stands', () => {
  expect(statusText({ status: 'new' }, undefined)).toContain('/claude start');
  const open: Session = {
    status: 'open',
    workspace: 'w',
    conversation: 'c',
    past: [],
    agent: 'claude',
    by: 'web:ana',
    suspended: false,
    trusted: false,
    last: 3,
    queue: [],
    questions: { q: { turn: 3, grant: 'Bash', sequence: 1 } },
    forms: {},
    grants: [],
    reach: noReach,
    seen: [],
  };
  const text = statusText(open, { status: 'waiting', place: 2 });
  expect(text).toContain('Claude Code');
  expect(text).toContain('number 2 in line');
  expect(text).toContain('A question waits');
  expect(statusText({ ...open, suspended: true }, undefined)).toContain('asleep');
  expect(statusText(open, undefined)).toContain('being prepared');
});

it('shows the agent what a message answers to', () => {
  expect(withQuote('and now?', undefined)).toBe('and now?');
  expect(withQuote('and now?', { author: 'Ben', text: 'it failed\nagain' })).toBe(
    '> Ben: it failed\n> again\n\nand now?',
  );
});

it('reads an answer that was typed, and takes nothing else for one', () => {
  const said = ['1', 'Allow once', 'yes', '2', 'this session.', '3', 'ALWAYS', '4', 'deny', 'no'];
  const meant = ['once', 'once', 'once', 'session', 'session', 'always', 'always', 'deny', 'deny', 'deny'];
  expect(said.map(readTypedAnswer)).toEqual(meant);
  for (const other of ['5', 'yes please', 'allow', '', 'no, use the other file'])
    expect(readTypedAnswer(other)).toBeUndefined();
});
