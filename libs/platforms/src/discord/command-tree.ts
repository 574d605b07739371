import { COMMAND_WORD, commands, type CommandSpec } from '@threadbox/schemas';
import {
  ApplicationCommandOptionType as Type,
  ApplicationIntegrationType,
  InteractionContextType,
  type APIApplicationCommandBasicOption,
  type APIApplicationCommandSubcommandOption,
  type RESTPostAPIChatInputApplicationCommandsJSONBody as Registration,
} from 'discord.js';
import type { CommandOption } from './event.ts';

/** Discord's limits: characters of a description, choices of an option. */
const limits = { description: 100, choices: 25 } as const;

/** People are picked; where that is not possible (they left, they are on another platform), their id is typed. */
const PERSON = 'person';
const ID = 'id';

type Argument = CommandSpec['arguments'][number];

const short = (text: string): string => text.slice(0, limits.description);

const optionsOf = ({ name, description, required, choices }: Argument): APIApplicationCommandBasicOption[] => {
  if (name === ID)
    return [
      { type: Type.User, name: PERSON, description: short(description) },
      { type: Type.String, name: ID, description: short(`${description}, by their id: if they cannot be picked`) },
    ];
  const few = choices !== undefined && choices.length <= limits.choices;
  const offered = few ? { choices: choices.map((choice) => ({ name: choice, value: choice })) } : {};
  return [{ type: Type.String, name, description: short(description), required, ...offered }];
};

const subcommand = (spec: CommandSpec, name: string): APIApplicationCommandSubcommandOption => ({
  type: Type.Subcommand,
  name,
  description: short(spec.description),
  options: spec.arguments
    .flatMap(optionsOf)
    .toSorted((a, b) => Number(b.required ?? false) - Number(a.required ?? false)),
});

const group = (name: string, specs: readonly CommandSpec[]): NonNullable<Registration['options']>[number] => ({
  type: Type.SubcommandGroup,
  name,
  description: short(specs.map(({ description }) => description).join(' · ')),
  options: specs.map((spec) => subcommand(spec, spec.name.split(' ')[1]!)),
});

const table: readonly CommandSpec[] = commands;

const optionsOfTable = (): NonNullable<Registration['options']> =>
  [...Map.groupBy(table, ({ name }) => name.split(' ')[0]!)].map(([word, specs]) => {
    const [only] = specs;
    return specs.length === 1 && only!.name === word ? subcommand(only!, word) : group(word, specs);
  });

/** Where `/claude` is offered: in servers, or (where servers have their own) only in direct messages. */
export const registration = (where: 'everywhere' | 'direct messages' | 'one server'): Registration => ({
  name: COMMAND_WORD,
  description: 'Sessions with an agent in a sandbox',
  options: optionsOfTable(),
  ...(where !== 'one server' && {
    integration_types: [ApplicationIntegrationType.GuildInstall],
    contexts:
      where === 'everywhere'
        ? [InteractionContextType.Guild, InteractionContextType.BotDM]
        : [InteractionContextType.BotDM],
  }),
});

/** People of Discord are `discord:<id>` to Threadbox; an id of another platform's is typed whole. */
const personId = (id: string): string => (/^\d{15,20}$/.test(id) ? `discord:${id}` : id);

/** The line behind `/claude` that a given command stands for, as `parseCommand` reads it. */
export const lineOf = (options: readonly CommandOption[] = []): string => {
  const words: string[] = [];
  let rest = options;
  while (rest[0] !== undefined && rest[0].value === undefined) {
    words.push(rest[0].name);
    rest = rest[0].options ?? [];
  }
  const given = new Map(rest.map(({ name, value }) => [name, String(value ?? '').trim()]));
  const known = table.find(({ name }) => name === words.join(' '))?.arguments ?? rest.map(({ name }) => ({ name }));
  const values = known.map(({ name }) => {
    const value = given.get(name) ?? (name === ID ? given.get(PERSON) : undefined) ?? '';
    return name === ID ? personId(given.get(PERSON) ?? value) : value;
  });
  return [...words, ...values].join(' ').replaceAll(/\s+/g, ' ').trim();
};
