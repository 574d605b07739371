import { ChannelType, ComponentType, InteractionType, type APIComponentInMessageActionRow } from 'discord.js';
import { generateSnowflake } from 'discord-digital-twin';
import { attach } from './discord-messages.ts';
import type { DiscordState } from './discord-state.ts';
import type { SampleFile } from './platform-harness.ts';

/** What a person of the stand-in does; ids are returned, of the message or the interaction. `by`: the first person if left out. */
export type DiscordPeople = {
  say: (channel: string, text: string, more?: { by?: string; file?: SampleFile; replyTo?: string }) => Promise<string>;
  edit: (channel: string, message: string, text: string) => Promise<void>;
  react: (channel: string, message: string, emoji: string, by?: string) => Promise<void>;
  /** `/claude <line>`: words are put into the options that the bot registered; throws where they don't fit. */
  command: (channel: string, line: string, by?: string) => Promise<string>;
  /** Presses a button or chooses from a menu by its label; `text` fills in the form that opens. */
  press: (channel: string, message: string, label: string, more?: { by?: string; text?: string }) => Promise<string>;
  openThread: (channel: string, name: string) => Promise<string>;
  /** A channel for direct messages with the bot. */
  openDirect: () => Promise<string>;
};

type Registered = { type: number; name: string; choices?: { value: string }[]; options?: Registered[] };
type Given = { type: number; name: string; value?: string; options?: Given[] };
type Component = { custom_id: string; label?: string; options?: { label: string; value: string }[] };

const fill = (options: readonly Registered[], words: readonly string[]): Given[] => {
  const [word, ...rest] = words;
  const below = options.find(({ type, name }) => type <= 2 && name === word);
  if (below) return [{ type: below.type, name: below.name, options: fill(below.options ?? [], rest) }];
  if (options.some(({ type }) => type <= 2)) throw new Error(`the bot has no command “${words.join(' ')}”`);
  const person = /^(?:discord:)?(\d{15,20})$/.exec(word ?? '')?.[1];
  const picked = options.find(({ type }) => type === 6);
  if (picked && person !== undefined) return [{ type: 6, name: picked.name, value: person }];
  const typed = options.filter(({ type }) => type === 3);
  if (words.length > typed.length) throw new Error('too many words for the command');
  return words.map((value, i) => {
    const { name, choices } = typed[i]!;
    if (choices && !choices.some((choice) => choice.value === value))
      throw new Error(`“${value}” is no choice of ${name}`);
    return { type: 3, name, value };
  });
};

const settle = async <Result>(check: () => Result | undefined): Promise<Result> => {
  for (let tries = 0; tries < 1000; tries += 1) {
    const result = check();
    if (result !== undefined) return result;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error('the bot did not open its form');
};

/** People who talk to the bot. `origin`: where the stand-in serves files. */
export const createPeople = (state: DiscordState, origin: () => string): DiscordPeople => {
  const { twin, gateway } = state;
  const me = state.person.id;

  const guildOf = async (channel: string): Promise<string> =>
    (await twin.prisma.channel.findUniqueOrThrow({ where: { id: channel } })).guildId ?? '';

  const interact = async (
    type: InteractionType,
    channel: string,
    data: Record<string, unknown>,
    { by = me, messageId }: { by?: string | undefined; messageId?: string } = {},
  ): Promise<string> => {
    const guildId = await guildOf(channel);
    const message = messageId === undefined ? {} : { messageId };
    gateway.actsAs(state.users.get(by));
    return (await twin.simulateInteraction({ type, channelId: channel, userId: by, guildId, data, ...message })).id;
  };

  const componentsOf = async (message: string): Promise<Component[]> => {
    const { components } = await twin.prisma.message.findUniqueOrThrow({ where: { id: message } });
    const rows = JSON.parse(components) as { components: APIComponentInMessageActionRow[] }[];
    return rows.flatMap((row) => row.components) as unknown as Component[];
  };

  return {
    say: async (channel, text, { by = me, file, replyTo } = {}) => {
      const message = await twin
        .channel(channel)
        .user(by)
        .sendMessage({
          content: text,
          ...(file && { attachments: [attach(state, origin(), file)] as never }),
          ...(replyTo !== undefined && { messageReference: { message_id: replyTo, channel_id: channel } }),
        });
      return message.id;
    },
    edit: async (channel, messageId, content) => {
      await twin.channel(channel).user(me).editMessage({ messageId, content });
    },
    react: async (channel, message, emoji, by = me) => {
      const found = await twin.prisma.message.findUniqueOrThrow({ where: { id: message } });
      const guild = await guildOf(channel);
      gateway.tell('MESSAGE_REACTION_ADD', {
        user_id: by,
        channel_id: channel,
        message_id: message,
        message_author_id: found.authorId,
        guild_id: guild,
        ...(guild !== '' && { member: { user: state.users.get(by), roles: [] } }),
        emoji: { id: null, name: emoji },
        burst: false,
        type: 0,
      });
    },
    command: async (channel, line, by) => {
      const guildId = await guildOf(channel);
      const scopes = [{ guildId: guildId === '' ? null : guildId }, { guildId: null }];
      const command = await twin.prisma.applicationCommand.findFirst({ where: { name: 'claude', OR: scopes } });
      if (!command) throw new Error('the bot has registered no /claude here');
      const options = fill(JSON.parse(command.options) as Registered[], line.split(/\s+/).filter(Boolean));
      return interact(
        InteractionType.ApplicationCommand,
        channel,
        { id: command.id, name: 'claude', type: 1, options },
        { by },
      );
    },
    press: async (channel, messageId, label, { by, text } = {}) => {
      const components = await componentsOf(messageId);
      const button = components.find((each) => each.label === label);
      const menu = components.find(({ options }) => options?.some((each) => each.label === label));
      const value = menu?.options?.find((each) => each.label === label)?.value;
      if (!button && value === undefined) throw new Error(`no button “${label}” stands there`);
      const data = button
        ? { custom_id: button.custom_id, component_type: ComponentType.Button }
        : { custom_id: menu!.custom_id, component_type: ComponentType.StringSelect, values: [value] };
      const pressed = await interact(InteractionType.MessageComponent, channel, data, { by, messageId });
      if (text === undefined) return pressed;
      const answer = await settle(() =>
        state.answers.find((each) => each.interaction === pressed && each.kind === 'form'),
      );
      const { custom_id, components: fields } = answer.form as { custom_id: string; components: object[] };
      const filled = fields.map((field) => ({ ...field, component: { type: 4, custom_id: 'text', value: text } }));
      return interact(InteractionType.ModalSubmit, channel, { custom_id, components: filled }, { by, messageId });
    },
    openThread: async (channel, name) => {
      const id = generateSnowflake();
      const guildId = await guildOf(channel);
      const data = { id, guildId, type: ChannelType.PublicThread, name, parentId: channel, ownerId: me };
      await twin.prisma.channel.create({ data });
      gateway.tell('THREAD_CREATE', { ...(await twin.channel(id).getChannel()), newly_created: true });
      return id;
    },
    openDirect: async () => {
      const id = generateSnowflake();
      await twin.prisma.channel.create({ data: { id, type: ChannelType.DM } });
      return id;
    },
  };
};
