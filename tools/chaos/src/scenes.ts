import type { Chat } from './chats.ts';
import type { Dice } from './dice.ts';
import type { SceneName } from './points.ts';
import { until } from './until.ts';

/** Something that was said, and has to be answered once: the answer holds `answer`. */
export type Said = { chat: Chat; answer: string };

/** What is said in one round. */
export type Scene = {
  said: readonly Said[];
  /** What people do while they wait: they press what they are asked to press. */
  tend: () => Promise<void>;
};

/** Nobody has anything to press. */
const nobody = (): Promise<void> => Promise.resolve();

/** Says these words in a chat, with what is to be done about each. */
export const speak = async (chat: Chat, words: readonly string[], deed = ''): Promise<Said[]> => {
  for (const word of words) await chat.say(`${word}${deed}`);
  return words.map((word) => ({ chat, answer: `answer-${word}` }));
};

/** Milliseconds until somebody tries again who got no answer: a press, a command. */
const PRESS = 500;
const COMMAND = 8000;

const numbered = (tag: string, chat: number, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${tag}-${chat}-${n}`);

/** In each of these chats at once. */
const everywhere = async (chats: readonly Chat[], say: (chat: Chat, n: number) => Promise<Said[]>): Promise<Said[]> =>
  (await Promise.all(chats.map(say))).flat();

type Begin = (chats: readonly Chat[], tag: string, dice: Dice) => Promise<Scene>;

const CLOSED = 'The session is closed';

const scenes: Readonly<Record<SceneName, Begin>> = {
  talk: async (chats, tag, dice) => {
    const some = dice.shuffled(chats).slice(0, 3);
    return { said: await everywhere(some, (chat, n) => speak(chat, numbered(tag, n, 3))), tend: nobody };
  },
  stream: async (chats, tag, dice) => {
    const some = dice.shuffled(chats).slice(0, 3);
    return { said: await everywhere(some, (chat, n) => speak(chat, numbered(tag, n, 1), ' stream 60')), tend: nobody };
  },
  ask: async (chats, tag, dice) => {
    const some = dice.shuffled(chats).slice(0, 2);
    let pressed = 0;
    const tend = async (): Promise<void> => {
      // Nobody presses fifty times a second.
      if (Date.now() - pressed < PRESS) return;
      pressed = Date.now();
      for (const chat of some) await chat.press('Allow once');
    };
    return { said: await everywhere(some, (chat, n) => speak(chat, numbered(tag, n, 1), ' ask')), tend };
  },
  crowd: async (chats, tag) => ({
    said: await everywhere(chats, (chat, n) => speak(chat, numbered(tag, n, 2))),
    tend: nobody,
  }),
  roster: async (chats, tag) => {
    const [owner, ...others] = chats;
    if (!owner) throw new RangeError('there is no chat');
    const newcomer = `9${Date.now()}`;
    await owner.command(`add user ${newcomer}`);
    return {
      said: [
        { chat: owner, answer: `telegram:${newcomer} is a user now` },
        ...(await everywhere(others.slice(0, 2), (chat, n) => speak(chat, numbered(tag, n, 1)))),
      ],
      tend: nobody,
    };
  },
  reopen: async (chats, tag, dice) => {
    const chat = dice.pick(chats);
    const closed = async (): Promise<number> => (await chat.shown()).filter(({ text }) => text.includes(CLOSED)).length;
    const before = await closed();
    let asked = 0;
    // Said before the close is through, words would belong to the session that ends. Discord tells a command once: where
    // nobody listened, the person sees that, and says it again.
    const isClosed = await until(
      async () => {
        if ((await closed()) > before) return true;
        if (Date.now() - asked < COMMAND) return undefined;
        asked = Date.now();
        await chat.command('close');
        return undefined;
      },
      { timeout: 60_000 },
    );
    if (isClosed === undefined) throw new Error(`${chat.name} was never told that its session is closed`);
    return { said: await speak(chat, numbered(tag, 0, 2)), tend: nobody };
  },
};

/** Begins a scene; `tag` makes its words different from all others. */
export const beginScene = (name: SceneName, chats: readonly Chat[], tag: string, dice: Dice): Promise<Scene> =>
  scenes[name](chats, tag, dice);
