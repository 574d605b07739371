import {
  parseCommand,
  readWayButton,
  serviceOf,
  type CommandAdmitted,
  type Inbound,
  type Principal,
} from '@threadbox/schemas';
import { readOrder } from './order.ts';
import { roleOf, type Role, type Workspace, type WorkspaceCommand } from './workspace.ts';
import { CREDENTIAL_IN_PRIVATE, LINK_IN_PRIVATE, ownersOnly, OWNERS_OPEN_WAYS, strangerWord } from './words.ts';

/** The values of the two buttons under “Are you my owner?”. */
export const OWNER_ANSWERS = { yes: 'own:yes', no: 'own:no' } as const;

/** What is to be done with something that was said. */
export type Verdict =
  | { kind: 'ignore' }
  /** The workspace has no owner yet: ask. */
  | { kind: 'ask' }
  /** Somebody answered that question. */
  | { kind: 'own'; yes: boolean }
  | {
      kind: 'admit';
      principal: Principal;
      command?: CommandAdmitted['data']['command'];
      /** A way out of a session's sandbox that this owner (by this account) opens for the whole workspace. */
      opens?: { session: string; way: number; by: string };
    }
  /** An order about the workspace itself. */
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
  if (inbound.type === 'button-pressed') {
    const way = readWayButton(inbound.data.value);
    if (way && here.role !== 'owner') return { kind: 'answer', text: OWNERS_OPEN_WAYS };
    const opens = way?.choice === 'everywhere' ? { session: way.session, way: way.way, by: here.as } : undefined;
    return { kind: 'admit', principal: admitted, ...(opens && { opens }) };
  }
  if (inbound.type !== 'command-received') return { kind: 'admit', principal: admitted };
  const parsed = parseCommand(inbound.data.line);
  if (!parsed.ok) return { kind: 'answer', text: parsed.problem };
  const { spec, args } = parsed;
  if (spec.role === 'owner' && here.role !== 'owner') return { kind: 'answer', text: ownersOnly(spec.name) };
  if (serviceOf(spec, args) === 'session')
    return { kind: 'admit', principal: admitted, command: { name: spec.name, args } };
  if (spec.name === 'link' && args['code'] === undefined && !inbound.data.direct)
    return { kind: 'answer', text: LINK_IN_PRIVATE };
  if (spec.name === 'link') return { kind: 'link', code: args['code'], principal };
  if (spec.name === 'unlink') return { kind: 'unlink' };
  if (spec.name === 'credential')
    return inbound.data.direct ? { kind: 'credential', principal } : { kind: 'answer', text: CREDENTIAL_IN_PRIVATE };
  if (spec.name === 'delete credential') return { kind: 'delete-credential', principal };
  const order = readOrder(spec.name, args, { by: here.as, platform: inbound.data.platform });
  return order.ok ? { kind: 'order', command: order.command } : { kind: 'answer', text: order.problem };
};
