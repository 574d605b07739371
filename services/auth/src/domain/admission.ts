import { parseCommand, type CommandAdmitted, type Inbound, type Principal } from '@threadbox/schemas';
import { roleOf, type Role, type Workspace, type WorkspaceCommand } from './workspace.ts';
import { CREDENTIAL_IN_PRIVATE, LINK_IN_PRIVATE, ownersOnly, strangerWord } from './words.ts';

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
  /** A code that links accounts is wanted, or was brought. */
  | { kind: 'link'; code: string | undefined; principal: string }
  | { kind: 'unlink' }
  /** Somebody wants to give a credential of their own, or to take it back. */
  | { kind: 'credential'; principal: string }
  | { kind: 'delete-credential'; principal: string }
  | { kind: 'answer'; text: string };

/** True for what is meant for the bot: in a group, plain talk between people is not, nor what they mend or like. */
const isAddressed = ({ type, data }: Inbound): boolean => {
  switch (type) {
    case 'message-received':
      return data.direct || data.addressed === true;
    case 'message-edited':
    case 'reaction-received':
      return false;
    case 'command-received':
    case 'button-pressed':
      return true;
  }
};

/** The answer to “Are you my owner?”, pressed, or typed where the question stands. */
const ownershipAnswer = (inbound: Inbound, workspace: Workspace): boolean | undefined => {
  if (inbound.type === 'button-pressed') {
    const answers: Record<string, boolean> = { [OWNER_ANSWERS.yes]: true, [OWNER_ANSWERS.no]: false };
    return Object.hasOwn(answers, inbound.data.value) ? answers[inbound.data.value] : undefined;
  }
  if (inbound.type !== 'message-received' || workspace.status === 'owned') return undefined;
  const isAsked = workspace.asked.some(({ conversation }) => conversation === inbound.data.conversation);
  const typed = /^(?:(1|yes)|(2|no))[.!]?$/i.exec(inbound.data.text.trim());
  return isAsked && typed ? typed[1] !== undefined : undefined;
};

/** The best role that a person has here by any of their accounts, and the account that has it. */
const standing = (workspace: Workspace, accounts: readonly string[]): { role: Role; as: string } | undefined => {
  const found = accounts.flatMap((as) => {
    const role = roleOf(workspace, as);
    return role === undefined ? [] : [{ role, as }];
  });
  return found.find(({ role }) => role === 'owner') ?? found[0];
};

/**
 * Who may pass, and with what. Pure: the roster decides, nothing else. `principal` is who the author is on every platform;
 * the author's own account where none is linked.
 */
export const judge = (inbound: Inbound, workspace: Workspace, principal: string = inbound.data.author.id): Verdict => {
  const { author } = inbound.data;
  const isOwning = ownershipAnswer(inbound, workspace);
  if (isOwning !== undefined) return { kind: 'own', yes: isOwning };
  const here = standing(workspace, [author.id, principal]);
  if (here === undefined) {
    if (!isAddressed(inbound)) return { kind: 'ignore' };
    return workspace.status === 'unowned' ? { kind: 'ask' } : { kind: 'answer', text: strangerWord(author.id) };
  }
  const admitted = { id: principal, name: author.name, role: here.role };
  if (inbound.type !== 'command-received') return { kind: 'admit', principal: admitted };
  const parsed = parseCommand(inbound.data.line);
  if (!parsed.ok) return { kind: 'answer', text: parsed.problem };
  const { spec, args } = parsed;
  if (spec.role === 'owner' && here.role !== 'owner') return { kind: 'answer', text: ownersOnly(spec.name) };
  if (spec.service === 'session') return { kind: 'admit', principal: admitted, command: { name: spec.name, args } };
  if (spec.name === 'link' && args['code'] === undefined && !inbound.data.direct)
    return { kind: 'answer', text: LINK_IN_PRIVATE };
  if (spec.name === 'link') return { kind: 'link', code: args['code'], principal };
  if (spec.name === 'unlink') return { kind: 'unlink' };
  if (spec.name === 'credential')
    return inbound.data.direct ? { kind: 'credential', principal } : { kind: 'answer', text: CREDENTIAL_IN_PRIVATE };
  if (spec.name === 'delete credential') return { kind: 'delete-credential', principal };
  return { kind: 'order', command: orderOf(spec.name, here.as, memberId(inbound.data.platform, args['id'] ?? '')) };
};

/**
 * A person as the roster knows them: `<platform>:<id>`, whether written plain, with an @, or as a mention (`<@42>`,
 * `<@U7|ana>`). What names another platform is taken as it is.
 */
export const memberId = (platform: string, said: string): string => {
  const id = said.replace(/^<@!?([^|>]+)(?:\|[^>]*)?>$/, '$1').replace(/^@/, '');
  return /^[a-z]{2,20}:./.test(id) ? id : `${platform}:${id}`;
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
