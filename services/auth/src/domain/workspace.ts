import { drop, emptyIndex, put, Rejected, valueAt, type Decider, type IndexByKey } from '@threadbox/eventsourcing';
import {
  decideAllowance,
  evolveAllowance,
  noAllowance,
  type Allowance,
  type AllowanceCommand,
  type WorkspaceEvent,
} from '@threadbox/schemas';

/** What can be asked of a workspace. `by` and `member` are principal ids. */
export type WorkspaceCommand =
  | { type: 'contact'; by: string; conversation: string; message: string; sequence: number }
  | { type: 'claim'; by: string }
  | { type: 'decline'; by: string }
  | { type: 'add'; by: string; member: string; role: Role }
  | { type: 'delete-user'; by: string; member: string }
  | { type: 'delete-owner'; by: string; member: string }
  | AllowanceCommand;

export type Role = 'owner' | 'user';

/** Why a command may not be carried out. */
export type Refusal = 'not-an-owner' | 'yourself' | 'not-a-member' | 'still-an-owner' | 'not-an-owner-there';

/** A message held back until the workspace has an owner. */
export type Held = { by: string; conversation: string; message: string; sequence: number };

export type Workspace =
  /** `withdrawn`: the questions that the last No answered. */
  | { status: 'unowned'; asked: readonly Held[]; withdrawn: readonly Held[] }
  /** `founding`: who answered Yes first, to which questions. */
  | {
      status: 'owned';
      roster: IndexByKey<Role>;
      founding: { owner: string; asked: readonly Held[] };
      allowance: Allowance;
    };

/** The role of a person here; undefined for strangers. */
export const roleOf = (workspace: Workspace, person: string): Role | undefined =>
  workspace.status === 'owned' ? valueAt(workspace.roster, person) : undefined;

const decide = (command: WorkspaceCommand, workspace: Workspace): readonly WorkspaceEvent[] => {
  if (command.type === 'contact' || command.type === 'claim' || command.type === 'decline') {
    return workspace.status === 'owned' ? [] : decideOwnership(command, workspace.asked);
  }
  if (workspace.status === 'unowned' || roleOf(workspace, command.by) !== 'owner')
    throw new Rejected<Refusal>('not-an-owner');
  if (command.type === 'allow' || command.type === 'forbid' || command.type === 'limit')
    return decideAllowance(command, workspace.allowance);
  const current = roleOf(workspace, command.member);
  switch (command.type) {
    case 'add':
      // An owner who is added as a user stays an owner: only `delete owner` demotes.
      return current === command.role || current === 'owner'
        ? []
        : [{ type: 'member-added', member: command.member, role: command.role }];
    case 'delete-user':
      if (command.member === command.by) throw new Rejected<Refusal>('yourself');
      if (current === undefined) throw new Rejected<Refusal>('not-a-member');
      if (current === 'owner') throw new Rejected<Refusal>('still-an-owner');
      return [{ type: 'member-removed', member: command.member }];
    case 'delete-owner':
      if (command.member === command.by) throw new Rejected<Refusal>('yourself');
      if (current !== 'owner') throw new Rejected<Refusal>('not-an-owner-there');
      // The one who says so is an owner too and stays one, so the last owner can never go.
      return [{ type: 'member-added', member: command.member, role: 'user' }];
  }
};

const decideOwnership = (
  command: Extract<WorkspaceCommand, { type: 'contact' | 'claim' | 'decline' }>,
  asked: readonly Held[],
): readonly WorkspaceEvent[] => {
  switch (command.type) {
    case 'contact': {
      const { by, conversation, message, sequence } = command;
      // One question a conversation: asking again would only push the first one out of sight.
      return asked.some((held) => held.conversation === conversation)
        ? []
        : [{ type: 'owner-asked', by, conversation, message, sequence }];
    }
    case 'claim':
      return asked.length === 0 ? [] : [{ type: 'owner-claimed', owner: command.by }];
    case 'decline':
      return asked.length === 0 ? [] : [{ type: 'ownership-declined', by: command.by }];
  }
};

const UNFOUNDED: Pick<Extract<Workspace, { status: 'owned' }>, 'roster' | 'founding' | 'allowance'> = {
  roster: emptyIndex,
  founding: { owner: '', asked: [] },
  allowance: noAllowance,
};

const evolve = (workspace: Workspace, event: WorkspaceEvent): Workspace => {
  const { roster, founding, allowance } = workspace.status === 'owned' ? workspace : UNFOUNDED;
  const asked = workspace.status === 'unowned' ? workspace.asked : [];
  switch (event.type) {
    case 'owner-asked': {
      const { by, conversation, message, sequence } = event;
      return { status: 'unowned', asked: [...asked, { by, conversation, message, sequence }], withdrawn: [] };
    }
    case 'ownership-declined':
      return { status: 'unowned', asked: [], withdrawn: asked };
    case 'owner-claimed':
      return {
        status: 'owned',
        roster: put<Role>(emptyIndex, event.owner, 'owner'),
        founding: { owner: event.owner, asked },
        allowance,
      };
    case 'member-added':
      return { status: 'owned', roster: put(roster, event.member, event.role), founding, allowance };
    case 'member-removed':
      return { status: 'owned', roster: drop(roster, event.member), founding, allowance };
    case 'domain-allowed':
    case 'domain-forbidden':
    case 'limit-set':
    case 'limit-lifted':
      return { status: 'owned', roster, founding, allowance: evolveAllowance(allowance, event) };
  }
};

/**
 * Who belongs to a workspace, and what its sandboxes may reach and spend. It never loses its last owner, and nobody
 * removes or demotes themselves.
 */
export const workspace: Decider<Workspace, WorkspaceCommand, WorkspaceEvent> = {
  initial: { status: 'unowned', asked: [], withdrawn: [] },
  decide,
  evolve,
};
