/**
 * Every platform at once, end to end, with the same scripted conversation: the real client libraries against local
 * stand-ins for the platforms (what lies outside), everything else real.
 */
import {
  startFakeBotApi,
  startFakeDiscord,
  startFakeLine,
  startFakeSlack,
  type FakeBotApi,
  type FakeDiscord,
  type FakeLine,
  type FakeSlack,
} from '@threadbox/platforms/testing';
import { freePort } from '@threadbox/tool-infrastructure';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { conversationContract, type Cast, type Elsewhere } from './conversation-contract.ts';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

const SECOND_TOKEN = '7000000002:FAKE_bot_api_token_for_tests_only_2';
const BEN_TOKEN = 'token-of-ben-for-tests-0123456789';
let stage: Stage;
let telegram: FakeBotApi;
/** Another bot of the same platform, with a roster of its own. */
let second: FakeBotApi;
let discord: FakeDiscord;
let slack: FakeSlack;
let line: FakeLine;
const clients: Array<{ close: () => void }> = [];

beforeAll(async () => {
  [discord, telegram, second, slack, line] = await Promise.all([
    startFakeDiscord(),
    startFakeBotApi(),
    startFakeBotApi({ token: SECOND_TOKEN }),
    startFakeSlack(),
    startFakeLine(),
  ]);
  const port = await freePort();
  stage = await openStage({
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    TELEGRAM_BOT_TOKEN__second: second.token,
    TELEGRAM_API_ROOT__second: second.url,
    DISCORD_BOT_TOKEN: discord.token,
    DISCORD_API_ROOT: discord.url,
    SLACK_APP_ID: slack.app.appId,
    SLACK_BOT_TOKEN: slack.app.botToken,
    SLACK_SIGNING_SECRET: slack.app.signingSecret,
    SLACK_API_ROOT: slack.api.root,
    LINE_CHANNEL_ACCESS_TOKEN: line.token,
    LINE_CHANNEL_SECRET: line.secret,
    LINE_API_ROOT: line.url,
    LINE_DATA_ROOT: line.url,
    GATEWAY_PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    WEB_USERS: `ben:${BEN_TOKEN}`,
    MAX_SANDBOXES: '4',
  });
  slack.deliver(`${stage.box.webUrl}/slack/events`);
});
afterAll(async () => {
  for (const client of clients) client.close();
  await stage.stop();
  await Promise.all([discord, telegram, second, slack, line].map((fake) => fake.close()));
});

const page = (thread: string, token?: string) => {
  const client = webClient(() => (token === undefined ? stage.box : { ...stage.box, webToken: token }), thread);
  clients.push(client);
  return client;
};

/** The chat page: everybody has threads of their own. */
const webCast = (): Cast => {
  const ana = page('scripted');
  const ben = page('scripted', BEN_TOKEN);
  const person = (client: typeof ana, id: string): Cast['ana'] => ({
    id,
    say: (text, file) =>
      file === undefined ? client.say(text) : client.sendFile(text, file.name, new Uint8Array(file.bytes)),
    command: (words) => client.say(`/claude ${words}`),
    press: (label) => client.press(label),
  });
  return {
    ana: person(ana, 'web:host'),
    ben: person(ben, 'web:ben'),
    isShared: false,
    texts: () => ana.answers().map(({ text }) => text.replaceAll('`', '')),
    textsOfBen: () => ben.answers().map(({ text }) => text),
    buttons: () => ana.messages().flatMap(({ buttons }) => buttons.map(({ label }) => label)),
    files: async () => {
      const found = ana.answers().flatMap(({ files }) => files);
      return Promise.all(found.map(async ({ id = '', name }) => ({ name, bytes: await ana.download(id) })));
    },
  };
};

/** A Telegram group with topics: the session gets one of its own. */
const telegramCast = (): Cast => {
  const chat = -1001;
  /** The topic of the session is the newest. */
  const thread = (): number | undefined =>
    telegram.messages(chat).reduce<number | undefined>((newest, { thread: one }) => one ?? newest, undefined);
  const here = () => telegram.messages(chat).filter((message) => message.thread === thread());
  const person = (user: { id: number; first_name: string }): Cast['ana'] => ({
    id: `telegram:${user.id}`,
    say: (text, file) => {
      const at = thread();
      const document = file && { ...file, mediaType: 'text/plain' };
      return telegram.say(chat, user, text, { ...(at !== undefined && { thread: at }), ...(document && { document }) });
    },
    command: (words) => {
      const at = thread();
      return telegram.say(chat, user, `/claude ${words}`, at === undefined ? {} : { thread: at });
    },
    press: (label) => {
      const message = here().findLast(({ buttons }) => buttons.flat().some(({ text }) => text === label));
      return telegram.press(message?.messageId ?? 0, label, user);
    },
  });
  return {
    ana: person({ id: 11, first_name: 'Ana' }),
    ben: person({ id: 12, first_name: 'Ben' }),
    isShared: true,
    texts: () => here().map(({ text }) => text),
    buttons: () => here().flatMap(({ buttons }) => buttons.flat().map(({ text }) => text)),
    files: () => here().flatMap(({ document }) => document ?? []),
  };
};

/** A channel in Discord: the session gets a thread; commands are slash commands everywhere. */
const discordCast = (): Cast => {
  let thread: string | undefined;
  const here = async () => {
    thread ??= (await discord.threads(discord.channel)).at(-1)?.id;
    return discord.messages(thread ?? discord.channel);
  };
  const person = (by: string): Cast['ana'] => ({
    id: `discord:${by}`,
    say: (text, file) =>
      discord.say(thread ?? discord.channel, text, { by, ...(file && { file: { ...file, mediaType: 'text/plain' } }) }),
    command: (words) => discord.command(thread ?? discord.channel, words, by),
    press: async (label) => {
      const message = (await here()).findLast(({ buttons }) => buttons.includes(label));
      return discord.press(thread ?? discord.channel, message?.id ?? '', label, { by });
    },
  });
  return {
    ana: person(discord.person.id),
    ben: person('1000000000000000043'),
    isShared: true,
    texts: async () => (await here()).map(({ text }) => text),
    buttons: async () => (await here()).flatMap(({ buttons }) => buttons),
    files: async () => (await here()).flatMap(({ file }) => file ?? []),
  };
};

/** A channel in Slack: the session gets a thread, in which commands are given by naming the bot. */
const slackCast = (): Cast => {
  const { channel, ada, ben } = slack;
  let thread: string | undefined;
  const here = async () => {
    const messages = await slack.messages({ channel });
    thread ??= messages.find(({ text }) => text.includes('Claude Code ·'))?.id;
    return thread === undefined ? messages : slack.messages({ channel, thread });
  };
  const at = () => ({ channel, ...(thread !== undefined && { thread }) });
  const person = (id: string, doer: Pick<FakeSlack, 'say' | 'command' | 'press'>): Cast['ana'] => ({
    id: `slack:${id}`,
    say: (text, file) => doer.say(at(), text, file ? { file: { ...file, mediaType: 'text/plain' } } : {}),
    command: (words) =>
      thread === undefined ? doer.command(channel, words) : doer.say(at(), `/claude ${words}`, { mention: true }),
    press: async (label) => {
      const message = (await here()).findLast(({ buttons }) => buttons.includes(label));
      return doer.press(at(), message?.id ?? '', label);
    },
  });
  return {
    ana: person(ada.id, slack),
    ben: person(ben.id, ben),
    isShared: true,
    texts: async () => (await here()).map(({ text }) => text),
    buttons: async () => (await here()).flatMap(({ buttons }) => buttons),
    files: async () => (await here()).flatMap(({ file }) => file ?? []),
  };
};

/** A group on LINE, where there are no threads: one session a chat. Files come as links to the gateway. */
const lineCast = (): Cast => {
  const group = `C${'9'.repeat(32)}`;
  const person = (userId: string, displayName: string): Cast['ana'] => ({
    id: `line:${userId}`,
    say: (text, file) => line.say(group, { userId, displayName }, text, file && { ...file, mediaType: 'text/plain' }),
    command: (words) => line.command(group, { userId, displayName }, words),
    press: (label) => {
      const message = line.messages(group).findLast(({ buttons }) => buttons.some((button) => button.label === label));
      return line.press(message?.id ?? '', label, { userId, displayName });
    },
  });
  return {
    ana: person(`U${'a'.repeat(32)}`, 'Ana'),
    ben: person(`U${'b'.repeat(32)}`, 'Ben'),
    isShared: true,
    texts: () => line.messages(group).map(({ text }) => text),
    // What was answered keeps its buttons, for nothing can be edited: only the newest message asks.
    buttons: () =>
      line
        .messages(group)
        .at(-1)
        ?.buttons.map(({ label }) => label) ?? [],
    files: async () => {
      const links = line.messages(group).flatMap((message) => message.links.filter((link) => link.includes('/shelf/')));
      return Promise.all(
        links.map(async (link) => ({
          name: decodeURIComponent(link.split('/').at(-1) ?? ''),
          bytes: new Uint8Array(await (await fetch(link)).arrayBuffer()),
        })),
      );
    },
  };
};

/** A thread of the page: where the others' sessions go for a while. */
const onThePage = (): Elsewhere => {
  const client = page(`guest-${clients.length}`);
  return { say: (text) => client.say(text), texts: () => client.answers().map(({ text }) => text) };
};

/** Alone with the second Telegram bot, which nobody owns yet: where the page's session goes for a while. */
const inTelegram = (): Elsewhere => {
  const ana = { id: 11, first_name: 'Ana' };
  const texts = (): string[] => second.messages(11).map(({ text }) => text);
  return {
    texts,
    say: async (text) => {
      second.say(11, ana, text);
      if (texts().length > 0) return;
      await vi.waitFor(() => expect(texts().join('')).toContain('Are you my owner?'), { timeout: 60_000 });
      second.say(11, ana, 'yes');
    },
  };
};

const platforms: Array<[name: string, cast: () => Cast, elsewhere: () => Elsewhere]> = [
  // The page first: where it is owned, the others' sessions can go there.
  ['the page', webCast, inTelegram],
  ['Telegram', telegramCast, onThePage],
  ['Discord', discordCast, onThePage],
  ['Slack', slackCast, onThePage],
  ['LINE', lineCast, onThePage],
];

describe.each(platforms)('the same conversation on %s', (_, createCast, createElsewhere) => {
  let cast: Cast | undefined;
  let elsewhere: Elsewhere | undefined;
  conversationContract(
    () => (cast ??= createCast()),
    () => (elsewhere ??= createElsewhere()),
  );
});

describe('somebody on two platforms', () => {
  const until = (check: () => void) => vi.waitFor(check, { timeout: 60_000, interval: 50 });
  const user = { id: 11, first_name: 'Ana' };
  const told = (): string =>
    telegram
      .messages(11)
      .map(({ text }) => text)
      .join('\n');

  it('becomes one person with a code, and two again without it', async () => {
    // In a group everybody could read the code.
    telegram.say(-1001, user, '/claude link');
    await until(() => expect(telegram.messages(-1001).at(-1)?.text).toContain('where we are alone'));
    telegram.say(11, user, '/claude link');
    await until(() => expect(told()).toContain('/claude link '));
    const code = /\/claude link ((?:[0-9A-Z]{4}-){3}[0-9A-Z]{4})/.exec(told())?.[1] ?? '';
    const client = page('linking');
    const heard = (words: string) => until(() => expect(client.answers().at(-1)?.text).toContain(words));
    await client.say(`/claude link ${code.toLowerCase()}`);
    await heard('`telegram:11` are the same person now');
    await client.say('/claude start echo');
    await heard('A session with');
    await client.say('/claude status');
    await heard('opened by `telegram:11`');
    await client.say('/claude unlink');
    await heard('stands for itself now');
  });
});
