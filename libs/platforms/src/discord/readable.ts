import type { Said } from './event.ts';

/** Looks names up that a message mentions by id only; undefined where they are not known. */
export type Names = {
  channel: (id: string) => string | undefined;
  role: (id: string) => string | undefined;
};

const timeOf = (seconds: string): string | undefined => {
  const date = new Date(Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace(/\.\d+Z$/, 'Z');
};

/**
 * What was said, as people see it: mentions are names, custom emoji `:name:`, times are written out, and what addresses
 * the bot itself (`bot`: its user and its own role) is left out. Formatting stays: Discord's is Markdown.
 */
export const readable = (said: Pick<Said, 'content' | 'mentions'>, bot: readonly string[], names: Names): string => {
  const people = new Map(
    said.mentions.map(({ id, username, global_name, member }) => [id, member?.nick || global_name || username]),
  );
  const replaced = said.content
    .replaceAll(/[ \t]*<@[!&]?(\d{1,20})>/g, (mention, id: string) => {
      if (bot.includes(id)) return '';
      const name = mention.includes('<@&') ? names.role(id) : people.get(id);
      return name === undefined ? mention : mention.replace(/<.*/s, () => `@${name}`);
    })
    .replaceAll(/<#(\d{1,20})>/g, (mention, id: string) => {
      const name = names.channel(id);
      return name === undefined ? mention : `#${name}`;
    })
    .replaceAll(/<a?(:\w+:)\d{1,20}>/g, '$1')
    .replaceAll(/<(\/[^:<>]+):\d{1,20}>/g, '$1')
    .replaceAll(/<t:(-?\d{1,13})(?::[tTdDfFsSR])?>/g, (mention, seconds: string) => timeOf(seconds) ?? mention);
  const isAddressed = replaced !== said.content;
  return (isAddressed ? replaced.trimStart() : replaced).toWellFormed();
};
