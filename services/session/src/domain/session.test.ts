import { given, Rejected } from '@threadbox/eventsourcing';
import { deriveId, type SessionEvent } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { QUEUE_LIMIT, session, type SessionCommand } from './session.ts';

const by = 'web:ana';
const opened: SessionEvent = {
  type: 'session-opened',
  workspace: 'web:local',
  conversation: 'web:ana~1',
  agent: 'claude',
  by,
};
const message = (n: number) => ({ message: deriveId('message', n), sequence: n, by });
const take = (n: number): SessionCommand => ({ type: 'take-turn', ...message(n) });
const requested = (n: number, ahead = 0): SessionEvent => ({ type: 'turn-requested', turn: n, ...message(n), ahead });
const started = (n: number): SessionEvent => ({ type: 'turn-started', turn: n, ...message(n) });
const end = (turn: number): SessionCommand => ({ type: 'end-turn', turn, outcome: 'completed', usage: {} });
const ended = (turn: number): SessionEvent => ({ type: 'turn-ended', turn, outcome: 'completed', usage: {} });
const request = deriveId('request');
const ask: SessionCommand = { type: 'ask', turn: 1, request, grant: 'Bash', sequence: 9, granted: false };
const asked: SessionEvent = { type: 'permission-requested', turn: 1, request, grant: 'Bash', sequence: 9 };
const answered = (choice: 'once' | 'session' | 'always' | 'deny', who = by): SessionEvent => ({
  type: 'permission-answered',
  request,
  choice,
  by: who,
  sequence: 9,
});
const running = [opened, requested(1), started(1)];

describe('turns', () => {
  it('start at once when nothing runs', () => {
    expect(given(session, opened)(take(1))).toEqual([requested(1), started(1)]);
  });
  it('wait in order while one runs, and know how many come before', () => {
    expect(given(session, ...running)(take(2))).toEqual([requested(2, 1)]);
    expect(given(session, ...running, requested(2, 1))(take(3))).toEqual([requested(3, 2)]);
  });
  it('begin when the one before ends', () => {
    expect(given(session, ...running, requested(2, 1), requested(3, 2))(end(1))).toEqual([ended(1), started(2)]);
    expect(given(session, ...running)(end(1))).toEqual([ended(1)]);
  });
  it('are not taken twice for the same message, even once they are over', () => {
    expect(given(session, ...running)(take(1))).toEqual([]);
    expect(given(session, ...running, ended(1))(take(1))).toEqual([]);
  });
  it('end once: a late or repeated word about an end changes nothing', () => {
    expect(given(session, ...running, ended(1))(end(1))).toEqual([]);
    expect(given(session, ...running)(end(7))).toEqual([]);
  });
  it('are refused when too many wait', () => {
    const queue = Array.from({ length: QUEUE_LIMIT }, (_, i) => requested(i + 2, i + 1));
    expect(() => given(session, ...running, ...queue)(take(99))).toThrow(new Rejected('queue-full'));
  });
  it('can be stopped while they run, once', () => {
    const stop: SessionEvent = { type: 'turn-stop-requested', turn: 1, by };
    expect(given(session, ...running)({ type: 'stop', by })).toEqual([stop]);
    expect(given(session, ...running, stop)({ type: 'stop', by })).toEqual([]);
    expect(() => given(session, opened)({ type: 'stop', by })).toThrow(new Rejected('nothing-runs'));
  });
});

describe('questions of the agent', () => {
  it('wait for an answer', () => {
    expect(given(session, ...running)(ask)).toEqual([asked]);
    expect(given(session, ...running, asked)({ type: 'answer', request, choice: 'once', by })).toEqual([
      answered('once'),
    ]);
  });
  it('are asked once and answered once', () => {
    expect(given(session, ...running, asked)(ask)).toEqual([]);
    expect(
      given(session, ...running, asked, answered('deny'))({ type: 'answer', request, choice: 'once', by }),
    ).toEqual([]);
  });
  it('need none where this session, or the person for good, allowed it', () => {
    const other = deriveId('other');
    expect(given(session, ...running, asked, answered('session'))({ ...ask, request: other })).toEqual([
      { ...asked, request: other },
      { ...answered('session', 'system'), request: other },
    ]);
    expect(given(session, ...running)({ ...ask, granted: true })).toEqual([asked, answered('always', 'system')]);
  });
  it('are asked again after “once” and after a no', () => {
    const other = deriveId('other');
    for (const choice of ['once', 'deny'] as const) {
      expect(given(session, ...running, asked, answered(choice))({ ...ask, request: other })).toEqual([
        { ...asked, request: other },
      ]);
    }
  });
  it('are withdrawn when their turn ends', () => {
    expect(given(session, ...running, asked)(end(1))).toEqual([
      { type: 'permission-withdrawn', request, sequence: 9 },
      ended(1),
    ]);
  });
  it('are ignored for a turn that does not run, and unknown ones cannot be answered', () => {
    expect(given(session, opened)(ask)).toEqual([]);
    expect(() => given(session, ...running)({ type: 'answer', request, choice: 'once', by })).toThrow(
      new Rejected('no-question'),
    );
  });
});

describe('rest and end', () => {
  it('suspends only when nothing runs, and once', () => {
    expect(given(session, ...running)({ type: 'suspend' })).toEqual([]);
    expect(given(session, opened)({ type: 'suspend' })).toEqual([{ type: 'session-suspended' }]);
    expect(given(session, opened)({ type: 'suspend' }, { type: 'suspend' })).toEqual([]);
  });
  it('wakes with the next turn', () => {
    expect(
      given(session, opened, { type: 'session-suspended' }, requested(1), started(1), ended(1))({ type: 'suspend' }),
    ).toHaveLength(1);
  });
  it('closes with a running turn and an open question, and takes nothing after it', () => {
    const close = { type: 'close', by, message: deriveId('bye'), sequence: 8 } as const;
    const closed: SessionEvent = { type: 'session-closed', by, message: deriveId('bye'), sequence: 8 };
    expect(given(session, ...running, asked)(close)).toEqual([
      { type: 'permission-withdrawn', request, sequence: 9 },
      { type: 'turn-ended', turn: 1, outcome: 'cancelled', usage: {} },
      closed,
    ]);
    expect(given(session, opened, closed)(close)).toEqual([]);
    expect(() => given(session, opened, closed)(take(1))).toThrow(new Rejected('closed'));
    expect(given(session, opened, closed)(end(1))).toEqual([]);
  });
  it('opens once', () => {
    expect(
      given(session)({ type: 'open', workspace: 'web:local', conversation: 'web:ana~1', agent: 'claude', by }),
    ).toEqual([opened]);
    expect(given(session, opened)({ type: 'open', workspace: 'x', conversation: 'y', agent: 'z', by })).toEqual([]);
  });
});

describe('trust', () => {
  it('is not there at first, is given and taken back by an owner, and told once', () => {
    const trust = (trusted: boolean) => ({ type: 'trust', trusted, by: 'web:ana' }) as const;
    const changed = (trusted: boolean) => ({ type: 'trust-changed', trusted, by: 'web:ana' });
    expect(given(session, opened)(trust(false))).toEqual([]);
    expect(given(session, opened)(trust(true), trust(true), trust(false))).toEqual([changed(false)]);
    expect(given(session, opened)(trust(true))).toEqual([changed(true)]);
  });
});

describe('a turn that waits', () => {
  const revise = (n: number, sequence: number): SessionCommand => ({
    type: 'revise',
    message: deriveId('message', n),
    sequence,
  });
  const revised: SessionEvent = { type: 'turn-revised', turn: 2, sequence: 77 };

  it('takes new words, once, and begins with them', () => {
    const waiting = [...running, requested(2, 1)];
    expect(given(session, ...waiting)(revise(2, 77))).toEqual([revised]);
    expect(given(session, ...waiting, revised)(revise(2, 77))).toEqual([]);
    expect(given(session, ...waiting, revised)(end(1))).toEqual([ended(1), { ...started(2), revised: 77 }]);
  });
  it('no longer does once it runs, nor does a message that is none', () => {
    expect(given(session, ...running)(revise(1, 77))).toEqual([]);
    expect(given(session, ...running)(revise(5, 77))).toEqual([]);
  });
});

describe('a session that moves', () => {
  const move = (reason: 'thread-opened' | 'handed-over', conversation: string): SessionCommand => ({
    type: 'move',
    reason,
    workspace: 'slack:T',
    conversation,
    by: 'slack:U',
    sequence: 40,
  });
  const moved: SessionEvent = {
    type: 'session-moved',
    reason: 'handed-over',
    workspace: 'slack:T',
    conversation: 'slack:T:C:1',
    from: 'web:ana~1',
    by: 'slack:U',
    sequence: 40,
  };
  const after = (...events: SessionEvent[]) => events.reduce(session.evolve, session.initial);

  it('keeps what runs and what waits, and belongs to its new place', () => {
    expect(given(session, ...running)(move('handed-over', 'slack:T:C:1'))).toEqual([moved]);
    expect(after(...running, requested(2, 1), moved)).toMatchObject({
      workspace: 'slack:T',
      conversation: 'slack:T:C:1',
      running: { turn: 1 },
      queue: [{ turn: 2 }],
    });
  });
  it('does not move to where it is', () => {
    expect(given(session, opened)(move('handed-over', 'web:ana~1'))).toEqual([]);
  });
  it('remembers where it was, so that a close deletes it there too; but not the channel that its thread is in', () => {
    expect(after(opened, moved)).toMatchObject({ past: [{ conversation: 'web:ana~1', sequence: 40 }] });
    expect(after(opened, { ...moved, reason: 'thread-opened' })).toMatchObject({ past: [] });
    const [closed] = given(session, opened, moved)({ type: 'close', ...message(9) });
    expect(after(opened, moved, closed!)).toMatchObject({
      status: 'closed',
      past: [{ conversation: 'web:ana~1', sequence: 40 }],
    });
  });
});

describe('a question of the agent’s', () => {
  const form: SessionEvent = { type: 'question-requested', turn: 1, request, sequence: 9 };
  const put: SessionCommand = { type: 'ask-form', turn: 1, request, sequence: 9 };
  const reply: SessionCommand = { type: 'answer-form', request, by, message: deriveId('said'), answer: 12 };
  const replied: SessionEvent = {
    type: 'question-answered',
    request,
    by,
    message: deriveId('said'),
    sequence: 9,
    answer: 12,
  };

  it('is put once, while its turn runs', () => {
    expect(given(session, ...running)(put)).toEqual([form]);
    expect(given(session, ...running, form)(put)).toEqual([]);
    expect(given(session, opened)(put)).toEqual([]);
  });
  it('is answered once, and what answered it is no turn', () => {
    expect(given(session, ...running, form)(reply)).toEqual([replied]);
    expect(given(session, ...running, form, replied)(reply)).toEqual([]);
    const again: SessionCommand = { type: 'take-turn', message: deriveId('said'), sequence: 12, by };
    expect(given(session, ...running, form, replied)(again)).toEqual([]);
    expect(() => given(session, ...running)(reply)).toThrow(Rejected);
  });
  it('stands no longer once its turn is over', () => {
    expect(given(session, ...running, form)(end(1))).toEqual([
      { type: 'question-withdrawn', request, sequence: 9 },
      ended(1),
    ]);
    expect(given(session, ...running, form, replied)(end(1))).toEqual([ended(1)]);
  });
});
