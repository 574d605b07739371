import { parseCommand, type CommandAdmitted, type Inbound, type Principal } from '@threadbox/schemas';
import { roleOf, type Workspace, type WorkspaceCommand } from './workspace.ts';
import { ownersOnly, strangerWord } from './words.ts';

/** The values of the two buttons under “Are you my owner?”. */
export const OWNER_ANSWERS = { yes: 'own:yes', no: 'own:no' } as const;

/** What is to be done with something that was said. */
export type Verdict =
  | { kind: 'ignore' }
  /** The workspace has no owner yet: ask. */
  | { kind: 'ask' }
  /** Somebody answered that question. */
  | { kind: 'own'; yes: boolean }
  | { kind: 'admit'; principal: Principal; command?: CommandAdmitted['data']['command'] }
  /** An order about the roster itself. */
  | { kind: 'order'; command: WorkspaceCommand }
  | { kind: 'answer'; text: string };

/** True for what is meant for the bot: in a group, plain talk between people is not. */
const isAddressed = (inbound: Inbound): boolean => inbound.data.direct || inbound.type !== 'message-received';

/** Who may pass, and with what. Pure: the roster decides, nothing else. */
export const judge = (inbound: Inbound, workspace: Workspace): Verdict => {
  const { author } = inbound.data;
  if (inbound.type === 'button-pressed' && Object.values<string>(OWNER_ANSWERS).includes(inbound.data.value)) {
    return { kind: 'own', yes: inbound.data.value === OWNER_ANSWERS.yes };
  }
  const role = roleOf(workspace, author.id);
  if (role === undefined) {
    if (!isAddressed(inbound)) return { kind: 'ignore' };
    return workspace.status === 'unowned' ? { kind: 'ask' } : { kind: 'answer', text: strangerWord(author.id) };
  }
  const principal = { id: author.id, name: author.name, role };
  if (inbound.type !== 'command-received') return { kind: 'admit', principal };
  const parsed = parseCommand(inbound.data.line);
  if (!parsed.ok) return { kind: 'answer', text: parsed.problem };
  if (parsed.spec.role === 'owner' && role !== 'owner') return { kind: 'answer', text: ownersOnly(parsed.spec.name) };
  if (parsed.spec.service === 'session')
    return { kind: 'admit', principal, command: { name: parsed.spec.name, args: parsed.args } };
  return {
    kind: 'order',
    command: orderOf(parsed.spec.name, author.id, memberId(inbound.data.platform, parsed.args['id'] ?? '')),
  };
};

/** A person as the roster knows them: `<platform>:<id>`, whether written plain, with an @, or as a mention (`<@42>`). */
export const memberId = (platform: string, said: string): string => {
  const id = said.replace(/^<@!?(.+)>$/, '$1').replace(/^@/, '');
  return id.startsWith(`${platform}:`) ? id : `${platform}:${id}`;
};

const orderOf = (name: string, by: string, member: string): WorkspaceCommand => {
  switch (name) {
    case 'add owner':
      return { type: 'add', by, member, role: 'owner' };
    case 'delete user':
      return { type: 'delete-user', by, member };
    case 'delete owner':
      return { type: 'delete-owner', by, member };
    default:
      return { type: 'add', by, member, role: 'user' };
  }
};
