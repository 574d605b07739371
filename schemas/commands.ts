import { agents } from './agents.ts';

/** The word that addresses the bot on every platform: `/claude …`. */
export const COMMAND_WORD = 'claude';

type Argument = {
  readonly name: string;
  readonly required: boolean;
  readonly description: string;
  /** The only values it takes, where they are few. */
  readonly choices?: readonly string[];
};

/** One line of the command table. */
export type CommandSpec = {
  /** One or two words: `start`, `add user`. */
  readonly name: string;
  readonly description: string;
  readonly arguments: readonly Argument[];
  /** Who may give it. */
  readonly role: 'user' | 'owner';
  /** The service that carries it out; what is to count everywhere is auth's, whose the workspace is. */
  readonly service: 'auth' | 'session';
};

/** Behind `allow` and `forbid`: for the whole workspace, not for this session alone. */
const EVERYWHERE = 'everywhere';

const domain: Argument = { name: 'domain', required: true, description: 'the domain, with everything below it' };
const where: Argument = {
  name: 'where',
  required: false,
  description: 'for the whole workspace; for this session if left out',
  choices: [EVERYWHERE],
};
const amount: Argument = {
  name: 'amount',
  required: true,
  description: 'the dollars: 5, 5/day, 20/month, or none to lift it',
};

const member = (description: string): Argument => ({ name: 'id', required: true, description });

/**
 * Every command there is. Help, the parser and each platform's registration are made from this table,
 * so a command is added here and where it is carried out, and nowhere else.
 */
export const commands = [
  {
    name: 'start',
    description: 'Open a session: a sandbox of its own with an agent in it',
    arguments: [
      { name: 'agent', required: false, description: 'which agent; the default one if left out', choices: agents },
    ],
    role: 'user',
    service: 'session',
  },
  { name: 'stop', description: 'Stop what the agent is doing', arguments: [], role: 'user', service: 'session' },
  {
    name: 'status',
    description: 'Show the session, its sandbox and its queue',
    arguments: [],
    role: 'user',
    service: 'session',
  },
  {
    name: 'close',
    description: 'End the session and delete its sandbox, its files and what was said',
    arguments: [],
    role: 'user',
    service: 'session',
  },
  {
    name: 'handoff',
    description: 'Get a code with which this session goes on in another thread, on any platform',
    arguments: [],
    role: 'user',
    service: 'session',
  },
  {
    name: 'adopt',
    description: 'Go on here with the session that the code belongs to',
    arguments: [{ name: 'code', required: true, description: 'the code that /claude handoff gave' }],
    role: 'user',
    service: 'session',
  },
  {
    name: 'link',
    description: 'Be the same person on several platforms: get a code on one, say it on the other',
    arguments: [{ name: 'code', required: false, description: 'the code that /claude link gave elsewhere' }],
    role: 'user',
    service: 'auth',
  },
  {
    name: 'unlink',
    description: 'Be a person of your own on this platform again',
    arguments: [],
    role: 'user',
    service: 'auth',
  },
  {
    name: 'trust',
    description: 'Let the agent heed settings, hooks and MCP servers that lie in its workspace',
    arguments: [],
    role: 'owner',
    service: 'session',
  },
  {
    name: 'distrust',
    description: 'Have the agent pass over settings that lie in its workspace, as at first',
    arguments: [],
    role: 'owner',
    service: 'session',
  },
  {
    name: 'credential',
    description: 'Get a private page to put in your own key to the model, for your sessions only',
    arguments: [],
    role: 'user',
    service: 'auth',
  },
  {
    name: 'delete credential',
    description: 'Forget your own key; your sessions use the house’s again',
    arguments: [],
    role: 'user',
    service: 'auth',
  },
  {
    name: 'add user',
    description: 'Let a person in',
    arguments: [member('the person to let in')],
    role: 'owner',
    service: 'auth',
  },
  {
    name: 'add owner',
    description: 'Make a person an owner',
    arguments: [member('the person to make an owner')],
    role: 'owner',
    service: 'auth',
  },
  {
    name: 'delete user',
    description: 'Put a person out',
    arguments: [member('the person to put out')],
    role: 'owner',
    service: 'auth',
  },
  {
    name: 'delete owner',
    description: 'Make an owner a user again',
    arguments: [member('the owner to make a user')],
    role: 'owner',
    service: 'auth',
  },
  {
    name: 'allow',
    description: 'Let this session’s sandbox reach a domain, or all of the workspace’s',
    arguments: [domain, where],
    role: 'owner',
    service: 'session',
  },
  {
    name: 'forbid',
    description: 'Take back what was allowed',
    arguments: [domain, where],
    role: 'owner',
    service: 'session',
  },
  {
    name: 'allowed',
    description: 'Show which domains sandboxes may reach here',
    arguments: [],
    role: 'owner',
    service: 'session',
  },
  {
    name: 'limit workspace',
    description: 'Limit what the model may cost in this workspace',
    arguments: [amount],
    role: 'owner',
    service: 'auth',
  },
  {
    name: 'limit session',
    description: 'Limit what the model may cost in this session',
    arguments: [amount],
    role: 'owner',
    service: 'session',
  },
  {
    name: 'limit user',
    description: 'Limit what the model may cost for one person',
    arguments: [member('the person to limit'), amount],
    role: 'owner',
    service: 'auth',
  },
  {
    name: 'usage',
    description: 'Show what the model cost',
    arguments: [],
    role: 'user',
    service: 'session',
  },
  { name: 'help', description: 'Show what can be said', arguments: [], role: 'user', service: 'session' },
] as const satisfies readonly CommandSpec[];

/** The name of a command in the table. */
export type CommandName = (typeof commands)[number]['name'];

/** What a line turned out to be: a command of the table with its arguments, or why it is none. */
export type ParsedCommand =
  | { ok: true; spec: CommandSpec & { name: CommandName }; args: Record<string, string> }
  | { ok: false; problem: string };

/** The service that carries a command out as it was given. */
export const serviceOf = ({ service }: CommandSpec, args: Readonly<Record<string, string>>): CommandSpec['service'] =>
  args['where'] === EVERYWHERE ? 'auth' : service;

const usage = (spec: CommandSpec): string =>
  ['/' + COMMAND_WORD, spec.name, ...spec.arguments.map((a) => (a.required ? `<${a.name}>` : `[${a.name}]`))].join(' ');

/** Reads what follows `/claude`. Total: every line is a command or a problem in plain words. */
export const parseCommand = (line: string): ParsedCommand => {
  const words = line.trim().split(/\s+/).filter(Boolean);
  const said = words.map((word) => word.toLowerCase());
  if (words.length === 0) return parseCommand('help');
  const spec: (CommandSpec & { name: CommandName }) | undefined = commands.find(({ name }) =>
    name.split(' ').every((word, i) => said[i] === word),
  );
  if (!spec) {
    const near = commands.filter(({ name }) => name.split(' ')[0] === said[0]);
    const help =
      near.length > 0 ? near.map((n) => `\`${usage(n)}\``).join(' or ') : `\`/${COMMAND_WORD} help\` for all of them`;
    return { ok: false, problem: `I don't know the command “${line.trim().slice(0, 60)}”. Try ${help}.` };
  }
  const values = words.slice(spec.name.split(' ').length);
  const missing = spec.arguments.find((argument, i) => argument.required && values[i] === undefined);
  if (missing) return { ok: false, problem: `“${spec.name}” needs ${missing.description}: \`${usage(spec)}\`.` };
  const wrong = spec.arguments.find(
    ({ choices }, i) => choices !== undefined && values[i] !== undefined && !choices.includes(values[i]),
  );
  if (wrong)
    return {
      ok: false,
      problem: `“${wrong.name}” is one of ${wrong.choices?.map((choice) => `\`${choice}\``).join(', ')}.`,
    };
  if (values.length > spec.arguments.length)
    return { ok: false, problem: `That is too much for “${spec.name}”: \`${usage(spec)}\`.` };
  return {
    ok: true,
    spec,
    args: Object.fromEntries(
      spec.arguments.flatMap(({ name }, i) => (values[i] === undefined ? [] : [[name, values[i]]])),
    ),
  };
};

/** The line behind `/claude` (Telegram adds `@botname`), or undefined where the text is not addressed to the bot. */
export const commandLine = (text: string, botName?: string): string | undefined => {
  const match = /^\/claude(?:@(\S+))?(?:\s+([\s\S]*))?$/i.exec(text.trim());
  if (!match) return undefined;
  if (match[1] !== undefined && match[1].toLowerCase() !== botName?.toLowerCase()) return undefined;
  return match[2] ?? '';
};

/** The help text, Markdown, as this role may use it. */
export const helpText = (role: 'owner' | 'user'): string =>
  [
    'Everything said in a session goes to its agent, in order. The commands:',
    '',
    ...commands
      .filter((command) => role === 'owner' || command.role === 'user')
      .map((command) => `- \`${usage(command)}\`: ${command.description}`),
  ].join('\n');
