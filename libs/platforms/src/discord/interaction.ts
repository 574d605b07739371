import { BUTTON_VALUE_BYTES, COMMAND_WORD } from '@threadbox/schemas';
import { InteractionType } from 'discord.js';
import type { Incoming } from '../port.ts';
import { lineOf } from './command-tree.ts';
import { pressed } from './custom-id.ts';
import type { DiscordInteraction, FormField } from './event.ts';
import { type Bot, placeOf } from './places.ts';

/** What an interaction asks for: to be taken in and answered, or a form to be shown first. */
export type Asked =
  | { kind: 'take'; incoming: Incoming; answer: 'word' | 'silence' }
  | { kind: 'form'; value: string; prompt: string };

/** Numbers, for Discord may have more kinds of interactions one day than discord.js knows today. */
const types: Readonly<Record<'command' | 'component' | 'form', number>> = {
  command: InteractionType.ApplicationCommand,
  component: InteractionType.MessageComponent,
  form: InteractionType.ModalSubmit,
};

const typed = (fields: readonly FormField[]): string | undefined => {
  for (const { value, component, components = [] } of fields) {
    if (typeof value === 'string') return value;
    const below = typed(component ? [component, ...components] : components);
    if (below !== undefined) return below;
  }
  return undefined;
};

const isValue = (value: string | undefined): value is string =>
  value !== undefined && value !== '' && Buffer.byteLength(value) <= BUTTON_VALUE_BYTES;

/** Reads an interaction; undefined where it is none of ours. */
export const askedBy = (interaction: DiscordInteraction, bot: Bot): Asked | undefined => {
  const { id, type, data, guild_id: guild, channel_id, channel, member, user = member?.user } = interaction;
  if (user === undefined) return undefined;
  const where = { id: channel_id, guild, type: channel.type, parent: channel.parent_id ?? undefined };
  const place = placeOf(bot, where, { user, nick: member?.nick });
  const common = { eventId: `discord:${bot.id}:${id}`, place } as const;

  if (type === types.command) {
    if (data.name !== COMMAND_WORD) return undefined;
    return { kind: 'take', incoming: { ...common, kind: 'command', line: lineOf(data.options) }, answer: 'word' };
  }
  if (type === types.form) {
    const text = typed(data.components ?? [])?.toWellFormed();
    if (!isValue(data.custom_id) || text === undefined) return undefined;
    return { kind: 'take', incoming: { ...common, kind: 'button', value: data.custom_id, text }, answer: 'silence' };
  }
  if (type !== types.component) return undefined;
  const { value, prompt } = pressed(data.values?.[0] ?? data.custom_id ?? '');
  if (!isValue(value)) return undefined;
  if (prompt !== undefined) return { kind: 'form', value, prompt };
  return { kind: 'take', incoming: { ...common, kind: 'button', value }, answer: 'silence' };
};
