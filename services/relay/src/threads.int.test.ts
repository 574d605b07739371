/** Threads that are opened for sessions, and chats that lack what others have. */
import { randomUUID } from 'node:crypto';
import { chatSubject, deriveId, streams, ThreadOpened } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { relayStage } from './testing/stage.ts';

const stage = relayStage();
const { send, until, notice } = stage;

const ask = (title: string): Promise<unknown> => {
  const { conversation, session } = stage;
  const data = { conversation, session, title, workspace: 'chat:all', by: 'chat:ana', sequence: 1 };
  return send(chatSubject('outbound', conversation), 'thread-requested', data);
};
const told = async (): Promise<ThreadOpened['data'] | undefined> => {
  const last = await stage.admin.jsm.direct.getMessage(streams.chat, {
    last_by_subj: chatSubject('opened', stage.conversation),
  });
  return last === null ? undefined : ThreadOpened.parse(last.json()).data;
};

describe('a thread', () => {
  it('is opened, and session is told where', async () => {
    await ask('Claude');
    await until(async () => expect(await told()).toMatchObject({ thread: `${stage.conversation}:Claude` }));
    expect(await told()).toMatchObject({ session: stage.session, workspace: 'chat:all', by: 'chat:ana' });
    expect((await told())?.refused).toBeUndefined();
  });

  it('that the chat refuses is told as the channel itself, with the reason', async () => {
    stage.chat.failNext('refused', { of: 'thread' });
    await ask('Claude');
    await until(async () =>
      expect(await told()).toMatchObject({ thread: stage.conversation, refused: 'the bot was removed' }),
    );
  });

  it('is opened once, though the chat fails for a while and the relay starts again', async () => {
    stage.chat.setDown(true);
    await ask('Claude');
    await until(() => expect(stage.chat.calls.length).toBeGreaterThan(1));
    await stage.stop();
    stage.chat.setDown(false);
    await stage.start();
    await until(async () => expect(await told()).toBeDefined());
    const count = stage.chat.calls.length;
    await notice('after', 'after-thread');
    await until(() => expect(stage.chat.texts()).toContain('after'));
    expect(stage.chat.calls.slice(count).filter((call) => call.startsWith('open'))).toEqual([]);
  });
});

describe('a chat that lacks much', () => {
  const poor = (): string => `chat-poor:${stage.number}`;

  it('has numbered lines for buttons', async () => {
    const buttons = ['Yes', 'No'].map((label) => ({ label, value: label, style: 'primary' }));
    await notice('Really?', 'numbers', buttons, poor());
    await until(() => expect(stage.chat.texts()).toEqual(['Really?\n\n1. Yes\n2. No\n\nAnswer with the number.']));
  });

  it('gets a new message where another would be changed, and none where nothing changes', async () => {
    await notice('May I?', 'question', [], poor());
    await until(() => expect(stage.chat.texts()).toEqual(['May I?']));
    for (const words of ['Allowed once', 'Allowed once']) {
      const data = { conversation: poor(), delivery: deriveId('question'), text: words, buttons: [] };
      await send(chatSubject('outbound', poor()), 'notice-requested', data, randomUUID());
    }
    await notice('the last', 'after-question', [], poor());
    await until(() => expect(stage.chat.texts()).toEqual(['May I?', 'Allowed once', 'the last']));
  });

  it('gets an answer of many parts in as few calls as it takes, once', async () => {
    const { session } = stage;
    await send(chatSubject('outbound', poor()), 'turn-announced', { conversation: poor(), session, turn: 1, ahead: 0 });
    stage.chat.failNext('broken', { of: 'post' });
    await stage.finish(1, ['1', '2', '3', '4', '5', '6'].join('\n---\n'));
    await until(() => expect(stage.chat.texts()).toEqual(['1', '2', '3', '4', '5', '6']));
    expect(stage.chat.calls.filter((call) => call.startsWith('together'))).toEqual([
      'together 1 + 2 + 3 + 4 + 5',
      'together 1 + 2 + 3 + 4 + 5',
      'together 6',
    ]);
  });
});

it('a chat with drafts shows the work there, and posts the answer alone', async () => {
  const { session } = stage;
  const conversation = `chat-drafting:${stage.number}`;
  await send(chatSubject('outbound', conversation), 'turn-announced', { conversation, session, turn: 1, ahead: 0 });
  await stage.out('text-streamed', { turn: 1, at: 0, text: 'Hel' });
  await until(() => expect(stage.chat.calls).toContain('draft Hel|Working…'));
  await stage.finish(1, 'Hello');
  await until(() => expect(stage.chat.texts()).toEqual(['Hello']));
  expect(stage.chat.calls.filter((call) => call.startsWith('post'))).toEqual(['post Hello']);
});
