/** What goes wrong with chats, with the relay itself, and with what sandboxes say. */
import { deadSubject, deriveId, streams } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { createFiles } from './adapters/files.ts';
import { createRecord } from './adapters/record.ts';
import { createWriter } from './adapters/writer.ts';
import { recordingSender } from './testing/recording-sender.ts';
import { relayStage } from './testing/stage.ts';

const stage = relayStage();
const { announce, notice, out, finish, until } = stage;
const buried = async (durable: string): Promise<string> => {
  const found = await stage.admin.jsm.direct.getMessage(streams.dead, { last_by_subj: deadSubject(durable) });
  return found === null ? '' : found.string();
};

describe('a relay that starts again', () => {
  it('goes on showing a turn that its former life had announced', async () => {
    await announce(1);
    await out('text-streamed', { turn: 1, at: 0, text: 'Hel' });
    await until(() => expect(stage.chat.texts()).toEqual(['Hel|Working…']));
    await stage.stop();
    await stage.start();
    await out('text-streamed', { turn: 1, at: 3, text: 'lo' });
    await until(() => expect(stage.chat.texts()).toEqual(['lo|Working…']));
    await finish(1, 'Hello');
    await until(() => expect(stage.chat.texts()).toEqual(['Hello']));
  });

  it.each([10, 25, 40, 55, 70, 85, 100])('keeps the order of answers, stopped after %i ms', async (moment) => {
    await stage.stop();
    stage.chat.setSlow(30);
    await stage.start({ announcedWithin: 3000 });
    const saying = (async () => {
      for (const turn of [1, 2, 3]) await announce(turn, turn - 1);
      for (const turn of [1, 2, 3]) await finish(turn, `answer ${turn}`);
    })();
    await new Promise((resolve) => setTimeout(resolve, moment));
    await stage.stop();
    await saying;
    await stage.start({ announcedWithin: 3000 });
    const answers = (): string[] => stage.chat.texts().flatMap((text) => /^answer \d/.exec(text) ?? []);
    await until(() => expect(answers()).toHaveLength(3));
    expect(answers()).toEqual(['answer 1', 'answer 2', 'answer 3']);
  });

  it('calls nothing a copy that was certainly not posted', async () => {
    stage.chat.failNext('rate-limit', { rest: 1500 });
    await notice('hello', 'limited');
    await until(() => expect(stage.chat.calls).toContain('post hello'));
    await stage.stop();
    await stage.start();
    await until(() => expect(stage.chat.texts()).toEqual(['hello']));
  });
});

describe('a chat', () => {
  it('that is down loses no answer, though the answer is ready before the chat is', async () => {
    stage.chat.setDown(true);
    await notice('hello', 'down');
    await announce(1);
    await finish(1, 'answer');
    // Longer than a reader tries what only fails.
    await new Promise((resolve) => setTimeout(resolve, 5000));
    stage.chat.setDown(false);
    await until(() => expect(stage.chat.texts()).toEqual(['hello', 'answer']));
  });

  it('that lost the placeholder gets the answer in a new message, once', async () => {
    await announce(1);
    await until(() => expect(stage.chat.texts()).toEqual(['|Working…']));
    stage.chat.failNext('refused', { of: 'edit' });
    await finish(1, 'answer');
    await until(() => expect(stage.chat.texts()).toEqual(['|Working…', 'answer']));
    await notice('after', 'after-lost');
    await until(() => expect(stage.chat.texts()).toEqual(['|Working…', 'answer', 'after']));
  });

  it('that does not answer an edit gets it again', async () => {
    await announce(1);
    await until(() => expect(stage.chat.texts()).toEqual(['|Working…']));
    stage.chat.failNext('lost-answer', { of: 'edit' });
    await finish(1, 'answer');
    await until(() => expect(stage.chat.calls.filter((call) => call === 'edit answer')).toHaveLength(2));
    expect(stage.chat.texts()).toEqual(['answer']);
  });

  it('that answers no post is not stormed while others are served', async () => {
    stage.chat.setDeaf(stage.conversation);
    await notice('anybody?', 'deaf');
    await until(() => expect(stage.chat.calls.length).toBeGreaterThan(0));
    for (const n of [1, 2, 3]) {
      await notice(`served ${n}`, `served-${n}`, [], 'chat:another');
      await until(() => expect(stage.chat.texts()).toContain(`served ${n}`));
    }
    // Without pauses it would be hundreds by now.
    expect(stage.chat.calls.filter((call) => call.startsWith('post anybody?')).length).toBeLessThan(10);
    stage.chat.setDeaf('');
    await until(() => expect(stage.chat.texts().at(-1)).toContain('anybody?'));
  });

  it('whose platform is switched off has its messages put aside, and the next is served', async () => {
    await notice('where?', 'off', [], 'elsewhere:1');
    await until(async () => expect(await buried('relay-outbound')).toContain('where?'));
    await notice('here', 'on');
    await until(() => expect(stage.chat.texts()).toContain('here'));
  });
});

describe('a sandbox', () => {
  it('that names an impossible turn is put aside, and its answer is shown', async () => {
    await finish(2 ** 40, 'never');
    await out('text-streamed', { turn: 2 ** 40, at: 0, text: 'never' });
    await announce(1);
    await finish(1, 'fine');
    await until(() => expect(stage.chat.texts()).toEqual(['fine']));
    expect(await buried('relay-output')).toContain('never');
  });

  it('may send more files than are kept: what was put out is read again', async () => {
    const files = createFiles(stage.admin, { keptSize: 2000 });
    const names = ['a', 'b', 'c'];
    for (const name of names) {
      const data = {
        file: deriveId(name, stage.number),
        name,
        mediaType: 'text/plain',
        index: 0,
        total: 1,
        bytes: Buffer.from(name.repeat(900)).toString('base64'),
      };
      await out('file-chunk', data);
      files.add(stage.session, data);
    }
    for (const name of names) {
      const bytes = await files.take(stage.session, deriveId(name, stage.number));
      expect(Buffer.from(bytes ?? []).toString()).toBe(name.repeat(900));
    }
    expect(await files.take(stage.session, deriveId('never sent'))).toBeUndefined();
  });
});

describe('a writer', () => {
  const writer = (sender = stage.chat.sender) =>
    createWriter({
      senders: new Map([['chat', sender]]),
      record: createRecord(stage.admin),
      log: { warn: () => undefined },
      signal: new AbortController().signal,
      penalties: new Map(),
    });
  const content = (delivery: string, text = delivery) => ({
    slot: { delivery: deriveId(delivery), part: 0 },
    make: () => ({ text }),
  });

  it('leaves out what is not wanted any more once its turn has come', async () => {
    const { show } = writer();
    let over = false;
    const first = show(stage.conversation, [content('the answer')]).then(() => (over = true));
    await show(stage.conversation, [content('a placeholder')], () => !over);
    await first;
    expect(stage.chat.texts()).toEqual(['the answer']);
  });

  it('puts the answer where its former life had posted a placeholder, and died before it knew', async () => {
    const { sender, texts } = recordingSender({ keepsKeys: true });
    const { slot } = content('turn');
    await createRecord(stage.admin).intend(stage.conversation, slot, 'a former life');
    await sender.post(stage.conversation, { text: 'Working…' }, { key: `${slot.delivery}/${slot.part}` });
    await writer(sender).show(stage.conversation, [content('turn', 'the answer')]);
    expect(texts()).toEqual(['the answer']);
  });

  it('takes its own intent for no earlier post, though NATS never said that it was written', async () => {
    const { slot } = content('asked twice');
    const asked = (by: string) => createRecord(stage.admin).intend(stage.conversation, slot, by);
    expect([await asked('one try'), await asked('one try')]).toEqual([{ state: 'empty' }, { state: 'empty' }]);
    expect(await asked('another')).toMatchObject({ state: 'posting' });
  });

  it('closes a conversation once, though it is told again after it had forgotten it', async () => {
    const { show, close } = writer();
    await show(stage.conversation, [content('the last word')]);
    await close(stage.conversation, stage.session, false);
    await close(stage.conversation, stage.session, true);
    expect(stage.chat.calls.filter((call) => call === 'close')).toHaveLength(1);
  });
});
