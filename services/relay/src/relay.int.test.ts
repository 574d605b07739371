/** The relay on a real NATS; the chat platform is a recording one. */
import { chatSubject, deriveId, relaySubjects, sandboxSubject, streams } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { recordingSender } from './testing/recording-sender.ts';
import { relayStage, TIME } from './testing/stage.ts';

const stage = relayStage();
const { announce, ask, notice, out, finish, send, until } = stage;

describe('a turn', () => {
  it('is a placeholder, then text as it comes, then the answer: one message', async () => {
    await announce(1);
    await until(() => expect(stage.chat.texts()).toEqual(['|Working…']));
    await out('text-streamed', { turn: 1, at: 0, text: 'Hel' });
    await until(() => expect(stage.chat.texts()).toEqual(['Hel|Working…']));
    await out('activity-changed', { turn: 1, tools: 1, plan: [], tool: { title: 'npm test', kind: 'execute' } });
    await until(() => expect(stage.chat.texts()).toEqual(['Hel|🔧 npm test']));
    await finish(1, 'Hello');
    await until(() => expect(stage.chat.texts()).toEqual(['Hello']));
    // A sign of writing lasts for seconds: one for all those pieces.
    expect(stage.chat.calls.filter((call) => call === 'typing')).toHaveLength(1);
  });

  const step = { title: 'Bash', kind: 'execute', ok: true, startedAt: TIME, endedAt: TIME };

  it('that asked something is answered below that, also by a relay that did not see it asked', async () => {
    await announce(1);
    await ask(1, 'May I?');
    await until(() => expect(stage.chat.texts()).toEqual(['|Working…', 'May I?']));
    await stage.stop();
    await stage.start();
    await out('text-streamed', { turn: 1, at: 0, text: 'Hel' });
    await until(() => expect(stage.chat.texts()).toEqual(['Hel|Working…', 'May I?']));
    await finish(1, 'Hello\n---\nworld', { steps: [step] });
    await until(() => expect(stage.chat.texts()).toEqual(['*🔧 1 step*', 'May I?', 'Hello', 'world']));
  });

  it('is answered below the one before it, also where it waited above that', async () => {
    await announce(1);
    await ask(1, 'May I?');
    await until(() => expect(stage.chat.texts()).toHaveLength(2));
    await announce(2, 1);
    await until(() => expect(stage.chat.texts()).toHaveLength(3));
    await finish(1, 'first');
    await announce(2);
    await finish(2, 'second');
    const below = '*Answered below.*';
    await until(() => expect(stage.chat.texts()).toEqual([below, 'May I?', below, 'first', 'second']));
  });

  it('that asked something and ended without the sandbox says why below', async () => {
    await announce(1);
    await ask(1, 'May I?');
    await until(() => expect(stage.chat.texts()).toHaveLength(2));
    const { conversation, session } = stage;
    const data = { conversation, session, turn: 1, text: 'No disk.' };
    await send(chatSubject('outbound', conversation), 'turn-settled', data);
    await until(() => expect(stage.chat.texts()).toEqual(['*Answered below.*', 'May I?', 'No disk.']));
  });

  it('says how many come before it, and later parts follow its first', async () => {
    await announce(1, 2);
    await until(() => expect(stage.chat.texts()).toEqual(['|Waiting: 2 messages come before this one.']));
    await announce(1);
    await finish(1, 'one\n---\ntwo');
    await until(() => expect(stage.chat.texts()).toEqual(['one', 'two']));
  });

  it('is answered where session announced it, also when the answer comes first', async () => {
    await finish(1, 'early');
    await announce(1);
    await until(() => expect(stage.chat.texts()).toEqual(['early']));
  });

  it('sends the files that came with it', async () => {
    await announce(1);
    const file = deriveId('file', stage.number);
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
    await until(() => expect(stage.chat.texts()).toHaveLength(1));
    await stage.stop();
    await stage.start();
    await finish(1, 'here', { files: [{ file, name: 'a.txt', mediaType: 'text/plain' }] });
    await until(() => expect(stage.chat.files).toEqual(['a.txt: first second']));
  });

  it('that ended without the sandbox says why', async () => {
    await announce(1);
    await send(chatSubject('outbound', stage.conversation), 'turn-settled', {
      conversation: stage.conversation,
      session: stage.session,
      turn: 1,
      text: 'Closed.',
    });
    await until(() => expect(stage.chat.texts()).toEqual(['Closed.']));
    await finish(1, 'too late');
    await announce(2);
    await until(() => expect(stage.chat.texts()).toEqual(['Closed.', '|Working…']));
  });
});

describe('a notice', () => {
  it('asked for again is edited, buttons and all', async () => {
    await notice('May I?', 'question-a', [{ label: 'Yes', value: 'y', style: 'primary' }]);
    await until(() => expect(stage.chat.standing).toMatchObject([{ text: 'May I?', buttons: ['Yes'] }]));
    await notice('Allowed.', 'question-a');
    await until(() => expect(stage.chat.standing).toMatchObject([{ text: 'Allowed.', buttons: [] }]));
  });
});

describe('trouble', () => {
  it('obeys a platform that wants rest, and tries again when it is broken', async () => {
    stage.chat.failNext('rate-limit');
    await notice('one', 'rate');
    await until(() => expect(stage.chat.texts()).toEqual(['one']));
    stage.chat.failNext('broken');
    await notice('two', 'broken');
    await until(() => expect(stage.chat.texts()).toEqual(['one', 'two']));
  });

  it('gives up what a chat refuses, and serves the next', async () => {
    stage.chat.failNext('refused');
    await notice('refused', 'refused');
    await notice('next', 'next');
    await until(() => expect(stage.chat.texts()).toEqual(['next']));
  });

  it('says that a copy may be one, where the platform never said whether it had posted', async () => {
    stage.chat.failNext('lost-answer');
    await notice('hello', 'lost');
    await until(() => expect(stage.chat.texts()).toEqual(['hello', expect.stringContaining('sent again')]));
  });

  it('posts once where the platform keeps keys', async () => {
    await stage.stop();
    stage.chat = recordingSender({ keepsKeys: true });
    await stage.start();
    stage.chat.failNext('lost-answer');
    await notice('hello', 'kept-key');
    await until(() => expect(stage.chat.calls.filter((call) => call.startsWith('post'))).toHaveLength(2));
    expect(stage.chat.texts()).toEqual(['hello']);
  });

  it('doubles nothing when everything is delivered again', async () => {
    await announce(1);
    await finish(1, 'once');
    await until(() => expect(stage.chat.texts()).toEqual(['once']));
    for (const again of ['a', 'b']) {
      await send(
        chatSubject('outbound', stage.conversation),
        'turn-announced',
        { conversation: stage.conversation, session: stage.session, turn: 1, ahead: 0 },
        deriveId(again, stage.number),
      );
      await send(
        sandboxSubject(stage.session, 'out'),
        'turn-finished',
        {
          turn: 1,
          outcome: 'completed',
          text: 'twice',
          usage: {},
          startedAt: TIME,
          endedAt: TIME,
          steps: [],
          files: [],
        },
        deriveId(again, stage.number, 'f'),
      );
    }
    await notice('after', 'after');
    await until(() => expect(stage.chat.texts()).toEqual(['once', 'after']));
  });
});

it('closes a conversation on its platform, and forgets what it posted there', async () => {
  await notice('bye', 'bye');
  await send(chatSubject('outbound', stage.conversation), 'conversation-closed', {
    conversation: stage.conversation,
    session: stage.session,
  });
  await until(() => expect(stage.chat.calls).toContain('close'));
  const deliveries = relaySubjects.deliveries(stage.conversation);
  await until(async () =>
    expect(await stage.admin.jsm.direct.getMessage(streams.relay, { last_by_subj: deliveries })).toBeNull(),
  );
});
