import { table, type Projection } from '@threadbox/projections';

const sessions = table('sessions', {
  key: ['id'],
  columns: {
    id: 'uuid',
    workspace: 'text',
    conversation: 'text',
    agent: 'text',
    opened_by: 'text',
    opened_at: 'timestamptz',
    suspended: 'boolean',
    closed_at: 'timestamptz?',
  },
});

const turns = table('turns', {
  key: ['session', 'turn'],
  columns: {
    session: 'uuid',
    turn: 'int',
    requested_by: 'text',
    requested_at: 'timestamptz',
    started_at: 'timestamptz?',
    ended_at: 'timestamptz?',
    outcome: 'text?',
    input_tokens: 'bigint?',
    output_tokens: 'bigint?',
    cost: 'double precision?',
  },
});

/** Every session and its turns: who, when, how it ended, what it cost. Never what was said. */
export const sessionsProjection: Projection<'session'> = {
  name: 'session_sessions',
  version: 3,
  aggregate: 'session',
  tables: [sessions, turns],
  apply: ({ aggregate: { id }, time, events }, rows) => {
    const session = rows(sessions);
    const turn = rows(turns);
    for (const event of events) {
      switch (event.type) {
        case 'session-opened': {
          const { workspace, conversation, agent, by } = event;
          session.add({ id, workspace, conversation, agent, opened_by: by, opened_at: time, suspended: false });
          break;
        }
        case 'turn-requested':
          turn.add({ session: id, turn: event.turn, requested_by: event.by, requested_at: time });
          break;
        case 'turn-started':
          turn.set({ session: id, turn: event.turn }, { started_at: time });
          session.set({ id }, { suspended: false });
          break;
        case 'turn-ended': {
          const { inputTokens = null, outputTokens = null, cost = null } = event.usage;
          turn.set(
            { session: id, turn: event.turn },
            { ended_at: time, outcome: event.outcome, input_tokens: inputTokens, output_tokens: outputTokens, cost },
          );
          break;
        }
        case 'session-moved':
          session.set({ id }, { workspace: event.workspace, conversation: event.conversation });
          break;
        case 'session-suspended':
          session.set({ id }, { suspended: true });
          break;
        case 'session-closed':
          session.set({ id }, { closed_at: time });
          break;
        case 'question-requested':
        case 'question-answered':
        case 'question-withdrawn':
        case 'turn-revised':
        case 'trust-changed':
        case 'turn-stop-requested':
        case 'permission-requested':
        case 'permission-answered':
        case 'permission-withdrawn':
        case 'domain-allowed':
        case 'domain-forbidden':
        case 'limit-set':
        case 'limit-lifted':
        case 'way-asked':
        case 'way-answered':
          break;
      }
    }
  },
};
