import { Rejected } from '@threadbox/eventsourcing';
import type { Delivery } from '@threadbox/messaging';
import { deriveId, helpText, type CommandAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import type { SessionRefusal } from '../domain/session.ts';
import {
  ALREADY_OPEN,
  DISTRUSTED,
  NO_SESSION,
  openedWord,
  refusalWord,
  statusText,
  STOPPING,
  TRUSTED,
} from '../domain/words.ts';
import { changeList, limitSession, showAllowed, showUsage } from './reach-commands.ts';
import { adopt, offerHandoff } from './hand-over.ts';
import { openInThread, openSession } from './open-session.ts';

/** command-admitted → what was asked for, and a word about it. */
export const onCommandAdmitted =
  (
    ports: Pick<
      Ports,
      | 'sessions'
      | 'conversations'
      | 'handoffs'
      | 'fleet'
      | 'workspaces'
      | 'ledgers'
      | 'settingsAllow'
      | 'notify'
      | 'show'
    >,
    { defaultAgent }: { defaultAgent: string },
  ) =>
  async ({ id, correlation, data }: CommandAdmitted, { sequence }: Pick<Delivery, 'sequence'>): Promise<void> => {
    const { conversation, command, principal } = data;
    const cause = { id, correlation, principal };
    const answer = (text: string): Promise<void> =>
      ports.notify({ conversation, delivery: deriveId('answer', id), text }, cause);

    const boundSession = async (): Promise<string | undefined> =>
      (await ports.conversations.load(conversation)).state.session;
    const withSession = async (act: (session: string) => Promise<string | undefined>): Promise<void> => {
      const session = await boundSession();
      if (session === undefined) return answer(NO_SESSION);
      try {
        const text = await act(session);
        if (text !== undefined) await answer(text);
      } catch (error) {
        if (!(error instanceof Rejected)) throw error;
        await answer(refusalWord(error.reason as SessionRefusal));
      }
    };

    switch (command.name) {
      case 'start': {
        const agent = command.args['agent'] ?? defaultAgent;
        // The words come once the thread is there.
        if (data.threads === true) return openInThread(ports, data, sequence, agent, cause);
        const { opened } = await openSession(ports, data, agent, cause);
        return answer(opened ? openedWord(agent) : ALREADY_OPEN);
      }
      case 'stop':
        return withSession(async (session) => {
          await ports.sessions.decide(session, { type: 'stop', by: principal.id }, cause);
          return STOPPING;
        });
      case 'status':
        return withSession(async (session) => {
          const [{ state }, { state: fleet }] = await Promise.all([
            ports.sessions.load(session),
            ports.fleet.load('main'),
          ]);
          return statusText(state, fleet[session]);
        });
      case 'trust':
      case 'distrust':
        return withSession(async (session) => {
          const trusted = command.name === 'trust';
          await ports.sessions.decide(session, { type: 'trust', trusted, by: principal.id }, cause);
          return trusted ? TRUSTED : DISTRUSTED;
        });
      case 'allow':
      case 'forbid':
        return withSession((session) => changeList(ports, session, data, cause));
      case 'limit session':
        return withSession((session) => limitSession(ports, session, data, cause));
      case 'allowed':
        return answer(await showAllowed(ports, await boundSession(), data));
      case 'usage':
        return answer(await showUsage(ports, await boundSession(), data));
      case 'handoff':
        return withSession((session) => offerHandoff(ports, session, cause));
      case 'adopt': {
        const text = await adopt(ports, data, command.args['code'] ?? '', sequence, cause);
        return text === undefined ? undefined : answer(text);
      }
      case 'close':
        // The word about it comes with the event, once everything is decided.
        return withSession(async (session) => {
          await ports.sessions.decide(session, { type: 'close', by: principal.id, message: id, sequence }, cause);
          await ports.conversations.decide(conversation, { type: 'release', session }, cause);
          return undefined;
        });
      default:
        return answer(helpText(principal.role === 'owner' ? 'owner' : 'user'));
    }
  };
