import { Rejected } from '@threadbox/eventsourcing';
import type { Cause, Delivery, EventStore, Notice } from '@threadbox/messaging';
import { counter, histogram } from '@threadbox/metrics';
import {
  deriveId,
  type AccountEvent,
  type Admitted,
  type Button,
  type CredentialEvent,
  type Inbound,
  type LinkEvent,
  type MessageReceived,
  type Principal,
  type SessionEvent,
  type WorkspaceEvent,
} from '@threadbox/schemas';
import type { Account, AccountCommand } from '../domain/account.ts';
import { judge, OWNER_ANSWERS, type Verdict } from '../domain/admission.ts';
import type { Credential, CredentialCommand } from '../domain/credential.ts';
import type { Link, LinkCommand } from '../domain/link.ts';
import { confirmation, DECLINED, ownedWord, OWNER_QUESTION, refusalWord } from '../domain/words.ts';
import type { Held, Refusal, Workspace, WorkspaceCommand } from '../domain/workspace.ts';
import { joinAccounts, principalOf } from './join-accounts.ts';
import { removeCredential, requestCredential } from './take-credential.ts';

type Ports = {
  workspaces: EventStore<Workspace, WorkspaceCommand, WorkspaceEvent>;
  accounts: EventStore<Account, AccountCommand, AccountEvent>;
  links: EventStore<Link, LinkCommand, LinkEvent>;
  credentials: EventStore<Credential, CredentialCommand, CredentialEvent>;
  publicUrl: string;
  /** Empties a slot of the vault. */
  empty: (slot: string) => Promise<void>;
  /** What sessions' sandboxes wanted to reach. */
  ways: Pick<EventStore<readonly string[], never, SessionEvent>, 'load'>;
  /** Appends to `chat.admitted`. */
  admit: (message: Admitted) => Promise<void>;
  notify: (notice: Notice, cause: Cause) => Promise<void>;
  /** The inbound message at this sequence of CHAT, if it is still there. */
  recall: (sequence: number) => Promise<Inbound | undefined>;
};

const QUESTION_BUTTONS: readonly Button[] = [
  { label: 'Yes', value: OWNER_ANSWERS.yes, style: 'primary' },
  { label: 'No', value: OWNER_ANSWERS.no, style: 'secondary' },
];

/** Where the question to this message stands in the chat. */
const questionOf = (message: string): string => deriveId('owner-question', message);

/** A verdict as operators count it. */
const WORDS = {
  ignore: 'ignored',
  answer: 'answered',
  admit: 'admitted',
  ask: 'asked',
  own: 'ordered',
  link: 'ordered',
  unlink: 'ordered',
  credential: 'ordered',
  'delete-credential': 'ordered',
  order: 'ordered',
} as const satisfies Record<Verdict['kind'], string>;

/** inbound → admitted, or a clear word why not. */
export const onInbound = ({
  workspaces,
  accounts,
  links,
  credentials,
  publicUrl,
  empty,
  ways,
  admit,
  notify,
  recall,
}: Ports) => {
  const counted = counter(
    'threadbox_admissions_total',
    [...new Set(Object.values(WORDS))].map((verdict) => ({ verdict })),
  );
  const took = histogram('threadbox_message_stage_seconds');
  return async (inbound: Inbound, { sequence, time }: Pick<Delivery, 'sequence' | 'time'>): Promise<void> => {
    const { workspace, conversation, author } = inbound.data;
    const cause = { id: inbound.id, correlation: inbound.correlation };
    const answer = (text: string): Promise<void> =>
      notify({ conversation, delivery: deriveId('answer', inbound.id), text }, cause);
    const [{ state }, principal] = await Promise.all([
      workspaces.load(workspace),
      principalOf({ accounts }, author.id),
    ]);
    const verdict = judge(inbound, state, principal);
    counted({ verdict: WORDS[verdict.kind] });
    switch (verdict.kind) {
      case 'ignore':
        return;
      case 'answer':
        return answer(verdict.text);
      case 'admit':
        if (verdict.opens) {
          const { session, way, by } = verdict.opens;
          const { state: hosts } = await ways.load(session);
          const domain = hosts[way];
          if (domain !== undefined) await workspaces.decide(workspace, { type: 'allow', domain, by }, cause);
        }
        await admit(admitted(inbound, verdict.principal, verdict.command));
        return took((Date.now() - time) / 1000, { stage: 'admitted' });
      case 'ask': {
        await workspaces.decide(
          workspace,
          { type: 'contact', by: author.id, conversation, message: inbound.id, sequence },
          cause,
        );
        const { state: now } = await workspaces.load(workspace);
        // Read from the state, not from this call's events: done again after a crash, the question is still put.
        const mine = now.status === 'unowned' ? now.asked.find((held) => held.message === inbound.id) : undefined;
        if (mine)
          await notify(
            { conversation, delivery: questionOf(inbound.id), text: OWNER_QUESTION, buttons: QUESTION_BUTTONS },
            cause,
          );
        return;
      }
      case 'own': {
        const { state: now } = await workspaces.decide(
          workspace,
          { type: verdict.yes ? 'claim' : 'decline', by: author.id },
          cause,
        );
        // All from the state that the answer left, so that a crash in between is made good when this is delivered again.
        for (const held of now.status === 'owned' ? now.founding.asked : now.withdrawn) {
          const text = now.status === 'owned' ? ownedWord(now.founding.owner) : DECLINED;
          await notify({ conversation: held.conversation, delivery: questionOf(held.message), text }, cause);
        }
        if (now.status === 'owned' && now.founding.owner === author.id) await admitHeld(now.founding.asked, now);
        return;
      }
      case 'link':
      case 'unlink':
        return answer(await joinAccounts({ accounts, links }, author.id, verdict, cause));
      case 'credential': {
        const who = { principal: verdict.principal, conversation };
        return answer(await requestCredential({ accounts, credentials, publicUrl }, who, cause));
      }
      case 'delete-credential':
        return answer(await removeCredential({ accounts, empty }, verdict.principal, cause));
      case 'order':
        try {
          const { effects } = await workspaces.decide(workspace, verdict.command, cause);
          return await answer(confirmation(verdict.command, effects.length > 0));
        } catch (error) {
          if (error instanceof Rejected) return answer(refusalWord(error.reason as Refusal));
          throw error;
        }
    }

    /** What the new owner said first was held back; now it counts. */
    async function admitHeld(asked: readonly Held[], now: Workspace): Promise<void> {
      for (const held of asked.filter(({ by }) => by === author.id)) {
        const original = await recall(held.sequence);
        if (!original) continue;
        const again = judge(original, now, principal);
        if (again.kind === 'admit') await admit(admitted(original, again.principal, again.command));
      }
    }
  };
};

/** The id that a message has once it is let in. */
const admittedId = (inbound: string): string => deriveId('admitted', inbound);

const told = ({ addressed, quote }: MessageReceived['data']): Pick<MessageReceived['data'], 'addressed' | 'quote'> => ({
  ...(addressed !== undefined && { addressed }),
  ...(quote && { quote }),
});

const admitted = (
  inbound: Inbound,
  principal: Principal,
  command: { name: string; args: Record<string, string> } | undefined,
): Admitted => {
  const { id: causation, correlation, version, time } = inbound;
  const common = { id: admittedId(causation), version, time, causation, correlation };
  const { platform, workspace, conversation, direct, threads } = inbound.data;
  const place = { platform, workspace, conversation, direct, principal, ...(threads !== undefined && { threads }) };
  switch (inbound.type) {
    case 'message-received':
      return {
        ...common,
        type: 'message-admitted',
        data: { ...place, text: inbound.data.text, attachments: inbound.data.attachments, ...told(inbound.data) },
      };
    case 'message-edited': {
      const { of, text } = inbound.data;
      return { ...common, type: 'edit-admitted', data: { ...place, of: admittedId(of), text } };
    }
    case 'reaction-received':
      return { ...common, type: 'reaction-admitted', data: { ...place, emoji: inbound.data.emoji } };
    case 'button-pressed': {
      const { value, text } = inbound.data;
      return { ...common, type: 'button-admitted', data: { ...place, value, ...(text !== undefined && { text }) } };
    }
    case 'command-received':
      return {
        ...common,
        type: 'command-admitted',
        data: { ...place, command: command ?? { name: 'help', args: {} } },
      };
  }
};
