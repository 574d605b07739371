/** The relay on a real NATS and a real Postgres; the chat platform is a recording one. */
import { compose, publish, type Bus } from '@threadbox/messaging';
import { connectDatabase } from '@threadbox/projections';
import { chatSubject, deriveId, sandboxSubject } from '@threadbox/schemas';
import { testNats, testPostgres, type TestNats, type TestPostgres } from '@threadbox/tool-infrastructure/testing';
import type { Sql } from 'postgres';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startRelay } from './start-relay.ts';
import { recordingSender } from './testing/recording-sender.ts';

let nats: TestNats;
let server: TestPostgres;
let admin: Bus;
let sql: Sql;
let relay: { stop: () => Promise<void> };
let chat: ReturnType<typeof recordingSender>;
let number = 0;
let conversation = '';
let session = '';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const until = (check: () => void) => vi.waitFor(check, { timeout: 20_000, interval: 20 });

const startOne = async (): Promise<void> => {
  const bus = await nats.connect('relay');
  const started = await startRelay({ bus, sql, senders: new Map([['chat', chat.sender]]), log });
  relay = {
    stop: async () => {
      await started.stop();
      await bus.close();
    },
  };
};
beforeAll(async () => {
  [nats, server] = await Promise.all([testNats(), testPostgres()]);
  admin = await nats.connect('admin');
  sql = connectDatabase(server.url);
});
afterAll(async () => {
  await sql.end({ timeout: 1 });
  await admin.close();
  await Promise.all([nats.stop(), server.stop()]);
});
beforeEach(async () => {
  number += 1;
  conversation = `chat:${number}`;
  session = deriveId('session', number);
  chat = recordingSender();
  await startOne();
});
afterEach(async () => relay.stop());

const time = '2026-01-01T00:00:00Z';
const send = (subject: string, type: string, data: object, id = deriveId(type, number, JSON.stringify(data))) =>
  publish(admin, subject, compose<string, object>({ type, id, data }));
const announce = (turn: number, ahead = 0) =>
  send(chatSubject('outbound', conversation), 'turn-announced', { conversation, session, turn, ahead });
const notice = (text: string, delivery: string, buttons: object[] = []) =>
  send(chatSubject('outbound', conversation), 'notice-requested', {
    conversation,
    delivery: deriveId(delivery),
    text,
    buttons,
  });
const out = (type: string, data: object) => send(sandboxSubject(session, 'out'), type, data);
const finish = (turn: number, text: string, more: object = {}) =>
  out('turn-finished', {
    turn,
    outcome: 'completed',
    text,
    usage: {},
    startedAt: time,
    endedAt: time,
    steps: [],
    files: [],
    ...more,
  });

describe('a turn', () => {
  it('is a placeholder, then text as it comes, then the answer: one message', async () => {
    await announce(1);
    await until(() => expect(chat.texts()).toEqual(['|Working…']));
    await out('text-streamed', { turn: 1, at: 0, text: 'Hel' });
    await until(() => expect(chat.texts()).toEqual(['Hel|Working…']));
    await out('activity-changed', { turn: 1, tools: 1, plan: [], tool: { title: 'npm test', kind: 'execute' } });
    await until(() => expect(chat.texts()).toEqual(['Hel|🔧 npm test']));
    await finish(1, 'Hello');
    await until(() => expect(chat.texts()).toEqual(['Hello']));
    // A sign of writing lasts for seconds: one for all those pieces.
    expect(chat.calls.filter((call) => call === 'typing')).toHaveLength(1);
  });

  it('says how many come before it, and later parts follow its first', async () => {
    await announce(1, 2);
    await until(() => expect(chat.texts()).toEqual(['|Waiting: 2 messages come before this one.']));
    await announce(1);
    await finish(1, 'one\n---\ntwo');
    await until(() => expect(chat.texts()).toEqual(['one', 'two']));
  });

  it('is answered where session announced it, also when the answer comes first', async () => {
    await finish(1, 'early');
    await announce(1);
    await until(() => expect(chat.texts()).toEqual(['early']));
  });

  it('sends the files that came with it', async () => {
    await announce(1);
    const file = deriveId('file', number);
    const chunk = (index: number, bytes: string) =>
      out('file-chunk', {
        file,
        name: 'a.txt',
        mediaType: 'text/plain',
        index,
        total: 2,
        bytes: Buffer.from(bytes).toString('base64'),
      });
    await chunk(0, 'first ');
    await chunk(1, 'second');
    // Read by a relay that then dies: its successor reads the pieces again.
    await until(() => expect(chat.texts()).toHaveLength(1));
    await relay.stop();
    await startOne();
    await finish(1, 'here', { files: [{ file, name: 'a.txt', mediaType: 'text/plain' }] });
    await until(() => expect(chat.files).toEqual(['a.txt: first second']));
  });

  it('that ended without the sandbox says why', async () => {
    await announce(1);
    await send(chatSubject('outbound', conversation), 'turn-settled', {
      conversation,
      session,
      turn: 1,
      text: 'Closed.',
    });
    await until(() => expect(chat.texts()).toEqual(['Closed.']));
    await finish(1, 'too late');
    await announce(2);
    await until(() => expect(chat.texts()).toEqual(['Closed.', '|Working…']));
  });
});

describe('a notice', () => {
  it('asked for again is edited, buttons and all', async () => {
    await notice('May I?', 'question-a', [{ label: 'Yes', value: 'y', style: 'primary' }]);
    await until(() => expect(chat.standing).toMatchObject([{ text: 'May I?', buttons: ['Yes'] }]));
    await notice('Allowed.', 'question-a');
    await until(() => expect(chat.standing).toMatchObject([{ text: 'Allowed.', buttons: [] }]));
  });
});

describe('trouble', () => {
  it('obeys a platform that wants rest, and tries again when it is broken', async () => {
    chat.failNext('rate-limit');
    await notice('one', 'rate');
    await until(() => expect(chat.texts()).toEqual(['one']));
    chat.failNext('broken');
    await notice('two', 'broken');
    await until(() => expect(chat.texts()).toEqual(['one', 'two']));
  });

  it('gives up what a chat refuses, and serves the next', async () => {
    chat.failNext('refused');
    await notice('refused', 'refused');
    await notice('next', 'next');
    await until(() => expect(chat.texts()).toEqual(['next']));
  });

  it('says that a copy may be one, where the platform never said whether it had posted', async () => {
    chat.failNext('lost-answer');
    await notice('hello', 'lost');
    await until(() => expect(chat.texts()).toEqual(['hello', expect.stringContaining('sent again')]));
  });

  it('posts once where the platform keeps keys', async () => {
    await relay.stop();
    chat = recordingSender({ keepsKeys: true });
    await startOne();
    chat.failNext('lost-answer');
    await notice('hello', 'kept-key');
    await until(() => expect(chat.calls.filter((call) => call.startsWith('post'))).toHaveLength(2));
    expect(chat.texts()).toEqual(['hello']);
  });

  it('doubles nothing when everything is delivered again', async () => {
    await announce(1);
    await finish(1, 'once');
    await until(() => expect(chat.texts()).toEqual(['once']));
    for (const again of ['a', 'b']) {
      await send(
        chatSubject('outbound', conversation),
        'turn-announced',
        { conversation, session, turn: 1, ahead: 0 },
        deriveId(again, number),
      );
      await send(
        sandboxSubject(session, 'out'),
        'turn-finished',
        {
          turn: 1,
          outcome: 'completed',
          text: 'twice',
          usage: {},
          startedAt: time,
          endedAt: time,
          steps: [],
          files: [],
        },
        deriveId(again, number, 'f'),
      );
    }
    await notice('after', 'after');
    await until(() => expect(chat.texts()).toEqual(['once', 'after']));
  });

  it('waits for a Postgres that is gone, and loses nothing', async () => {
    await server.kill();
    await notice('patience', 'gone');
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(chat.texts()).toEqual([]);
    await server.start();
    await until(() => expect(chat.texts()).toEqual(['patience']));
  });
});

it('closes a conversation on its platform, and forgets what it posted there', async () => {
  await notice('bye', 'bye');
  await send(chatSubject('outbound', conversation), 'conversation-closed', { conversation, session });
  await until(() => expect(chat.calls).toContain('close'));
  await vi.waitFor(async () =>
    expect((await sql`select 1 from relay.deliveries where conversation = ${conversation}`).length).toBe(0),
  );
});
