/** Telegram, end to end: grammY against a local Bot API server (a fake that stands for Telegram), everything else real. */
import { startFakeBotApi, type FakeBotApi } from '@threadbox/platforms/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';

let telegram: FakeBotApi;
let stage: Stage;
const ana = { id: 11, first_name: 'Ana' };
const ben = { id: 12, first_name: 'Ben' };
const PRIVATE = 11;
const GROUP = -100;

beforeAll(async () => {
  telegram = await startFakeBotApi();
  stage = await openStage({ TELEGRAM_BOT_TOKEN: telegram.token, TELEGRAM_API_ROOT: telegram.url });
});
afterAll(async () => {
  await stage.stop();
  await telegram.close();
});

const until = (check: () => void, timeout = 60_000) => vi.waitFor(check, { timeout, interval: 50 });
const texts = (chat: number, thread?: number) => telegram.messages(chat, thread).map(({ text }) => text);
const last = (chat: number, thread?: number) => texts(chat, thread).at(-1) ?? '';
const lastButton = (chat: number) => telegram.messages(chat).findLast((message) => message.buttons.length > 0);

describe('a private chat', () => {
  it('begins with the question of the owner, and then a real agent answers', async () => {
    telegram.say(PRIVATE, ana, 'hello');
    await until(() => expect(last(PRIVATE)).toContain('Are you my owner?'));
    telegram.press(lastButton(PRIVATE)?.messageId ?? 0, 'Yes', ana);
    await until(() => expect(last(PRIVATE)).toContain('rehearsal'));
    expect(texts(PRIVATE).some((text) => text.includes('telegram:11 is my owner now'))).toBe(true);
  });

  it('approves with an inline button, and the question becomes its answer', async () => {
    telegram.say(PRIVATE, ana, 'run echo from-the-sandbox > made.txt && cat made.txt');
    await until(() => expect(lastButton(PRIVATE)?.text).toContain('May I?'));
    const question = lastButton(PRIVATE);
    telegram.press(question?.messageId ?? 0, 'Allow once', ana);
    await until(() =>
      expect(telegram.messages(PRIVATE).find(({ messageId }) => messageId === question?.messageId)?.text).toContain(
        'allowed once',
      ),
    );
    await until(() => expect(last(PRIVATE)).toContain('from-the-sandbox'));
    // What stood above the question says how much was done; the answer stands below it.
    await until(() => expect(texts(PRIVATE).some((text) => text.includes('1 step'))).toBe(true));
    expect(lastButton(PRIVATE)).toBeUndefined();
  });

  it('takes a file in and gives one back', async () => {
    const bytes = new Uint8Array(Buffer.from('telegram file'));
    telegram.say(PRIVATE, ana, 'say thanks', { document: { name: 'in.txt', mediaType: 'text/plain', bytes } });
    await until(() => expect(last(PRIVATE)).toContain('thanks'));
    telegram.say(PRIVATE, ana, 'send me inbox/in.txt');
    await until(() => expect(lastButton(PRIVATE)?.text).toContain('May I?'));
    telegram.press(lastButton(PRIVATE)?.messageId ?? 0, 'Allow once', ana);
    await until(() =>
      expect(telegram.messages(PRIVATE).some(({ document }) => document?.name === 'in.txt')).toBe(true),
    );
  });

  it('waits as long as Telegram asks, and loses nothing by it', async () => {
    telegram.failNext({ method: 'sendMessage', status: 429, retry_after: 1 });
    telegram.failNext({ method: 'sendMessage', status: 502 });
    telegram.say(PRIVATE, ana, 'say after the storm');
    await until(() => expect(last(PRIVATE)).toContain('after the storm'));
    expect(texts(PRIVATE).filter((text) => text.trim() === 'after the storm')).toHaveLength(1);
  });

  it('answers what was said while it was down, once', async () => {
    await stage.box.stop();
    telegram.say(PRIVATE, ana, 'say you were away');
    await stage.restart();
    await until(() => expect(last(PRIVATE)).toContain('you were away'));
    telegram.redeliver();
    telegram.say(PRIVATE, ana, 'say next');
    await until(() => expect(last(PRIVATE)).toContain('next'));
    expect(texts(PRIVATE).filter((text) => text.trim() === 'you were away')).toHaveLength(1);
  });
});

describe('a group', () => {
  it('hears nobody who does not belong, and says so when it is addressed', async () => {
    telegram.say(GROUP, ben, 'just talking');
    telegram.say(GROUP, ben, '/claude start');
    await until(() => expect(last(GROUP)).toContain('/claude add user telegram:12'));
    expect(texts(GROUP)).toHaveLength(1);
  });

  it('lets a person in by the word of the owner, and keeps a topic’s session to the topic', async () => {
    telegram.say(GROUP, ana, '/claude add user 12');
    await until(() => expect(last(GROUP)).toContain('telegram:12 is a user now'));
    telegram.say(GROUP, ben, '/claude start', { thread: 7 });
    await until(() => expect(last(GROUP, 7)).toContain('Claude Code'));
    telegram.say(GROUP, ben, 'say in the topic', { thread: 7 });
    await until(() => expect(last(GROUP, 7)).toContain('in the topic'));
    telegram.say(GROUP, ben, '/claude add owner 12', { thread: 7 });
    await until(() => expect(last(GROUP, 7)).toContain('Only an owner'));
  });
});
