import type { FakeBotApi, FakeDiscord } from '@threadbox/platforms/testing';

/** A message of the bot's as it stands; `place` orders messages of one chat. */
export type Shown = { place: bigint; text: string; buttons: readonly string[] };

/** A chat with the bot, as somebody sees it who talks to it. */
export type Chat = {
  name: string;
  /** Whether the platform recognises a post that is repeated. Elsewhere a copy is allowed, if it says that it may be one. */
  keepsKeys: boolean;
  say: (text: string) => Promise<void>;
  /** `/claude <line>`, as it is said there. */
  command: (line: string) => Promise<void>;
  shown: () => Promise<readonly Shown[]>;
  press: (label: string) => Promise<void>;
  /** How many posts so far said that they may be copies. */
  labelled: () => number;
};

/** By which a post is known that may be a copy. */
export const AGAIN = 'sent again: the chat did not say whether it had arrived';

/** A private chat with a Telegram bot; its number is the person's. */
export const telegramChat = (telegram: FakeBotApi, person: number): Chat => {
  const user = { id: person, first_name: `Person ${person}` };
  return {
    name: `telegram:${person}`,
    keepsKeys: false,
    say: async (text) => void telegram.say(person, user, text),
    command: async (line) => void telegram.say(person, user, `/claude ${line}`),
    shown: async () =>
      telegram.messages(person).map(({ messageId, text, buttons }) => ({
        place: BigInt(messageId),
        text,
        buttons: buttons.flat().map((button) => button.text),
      })),
    press: async (label) => {
      const message = telegram
        .messages(person)
        .findLast(({ buttons }) => buttons.flat().some(({ text }) => text === label));
      if (message) telegram.press(message.messageId, label, user);
    },
    labelled: () =>
      telegram.calls.filter(
        ({ method, input }) =>
          method === 'sendMessage' && Number(input['chat_id']) === person && String(input['text']).includes(AGAIN),
      ).length,
  };
};

/** A channel for direct messages with a Discord bot. */
export const discordChat = (discord: FakeDiscord, channel: string): Chat => ({
  name: `discord:dm:${channel}`,
  keepsKeys: true,
  say: async (text) => void (await discord.say(channel, text)),
  command: async (line) => void (await discord.command(channel, line)),
  shown: async () =>
    (await discord.messages(channel)).map(({ id, text, buttons }) => ({ place: BigInt(id ?? 0), text, buttons })),
  press: async (label) => {
    const message = (await discord.messages(channel)).findLast(({ buttons }) => buttons.includes(label));
    if (message?.id !== undefined) await discord.press(channel, message.id, label);
  },
  labelled: () => 0,
});
