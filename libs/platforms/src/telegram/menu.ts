import { COMMAND_WORD, commandLine, commands } from '@threadbox/schemas';

/** A line of the menu that opens when a person types `/`. */
export type MenuEntry = { command: string; description: string };

/**
 * The menu, from the command table. Telegram's commands have no spaces (Bot API, BotCommand: a-z, 0-9, underscore,
 * at most 32), so `/claude add user` is offered as `/claude_add_user`; `commandOf` reads both.
 */
export const menu: readonly MenuEntry[] = [
  { command: COMMAND_WORD, description: 'Show what can be said' },
  ...commands
    .filter(({ name }) => name !== 'help')
    .map(({ name, description }) => ({ command: `${COMMAND_WORD}_${name.replaceAll(' ', '_')}`, description })),
];

/** What a text that begins with a slash is: a command of ours, one of another bot, or nothing of the kind. */
export type Slash = { kind: 'ours'; line: string } | { kind: 'other-bot' } | { kind: 'text' };

/** Reads `/claude …`, its menu spellings, and the `/start` that Telegram sends when a person opens the bot. */
export const commandOf = (text: string, botName: string, direct: boolean): Slash => {
  const match = /^\/([a-z0-9_]+)(?:@(\w+))?(?=\s|$)/i.exec(text.trim());
  if (!match) return { kind: 'text' };
  if (match[2] !== undefined && match[2].toLowerCase() !== botName.toLowerCase()) return { kind: 'other-bot' };
  const line = commandLine(text, botName);
  if (line !== undefined) return { kind: 'ours', line };
  const word = match[1]!.toLowerCase();
  if (word === 'start' && direct) return { kind: 'ours', line: 'help' };
  const entry = menu.find(({ command }) => command === word);
  if (entry === undefined) return { kind: 'text' };
  const name = entry.command.slice(COMMAND_WORD.length + 1).replaceAll('_', ' ');
  return { kind: 'ours', line: `${name} ${text.trim().slice(match[0].length).trim()}`.trim() };
};
