import type { Projection } from '@threadbox/projections';

/** Every session and its turns: who, when, how it ended, what it cost. Never what was said. */
export const sessionsProjection: Projection<'session'> = {
  name: 'session_sessions',
  version: 2,
  aggregate: 'session',
  tables: `
    create table sessions (
      id uuid primary key,
      workspace text not null,
      conversation text not null,
      agent text not null,
      opened_by text not null,
      opened_at timestamptz not null,
      suspended boolean not null default false,
      closed_at timestamptz
    );
    create table turns (
      session uuid not null,
      turn int not null,
      requested_by text not null,
      requested_at timestamptz not null,
      started_at timestamptz,
      ended_at timestamptz,
      outcome text,
      input_tokens bigint,
      output_tokens bigint,
      cost double precision,
      primary key (session, turn)
    )`,
  apply: async (tx, commits) => {
    for (const {
      aggregate: { id },
      time,
      events,
    } of commits) {
      for (const event of events) {
        switch (event.type) {
          case 'session-opened': {
            const { workspace, conversation, agent, by } = event;
            await tx`insert into sessions ${tx({ id, workspace, conversation, agent, opened_by: by, opened_at: time })}`;
            break;
          }
          case 'turn-requested':
            await tx`insert into turns ${tx({ session: id, turn: event.turn, requested_by: event.by, requested_at: time })}`;
            break;
          case 'turn-started':
            await tx`update turns set started_at = ${time} where session = ${id} and turn = ${event.turn}`;
            await tx`update sessions set suspended = false where id = ${id}`;
            break;
          case 'turn-ended': {
            const { inputTokens = null, outputTokens = null, cost = null } = event.usage;
            await tx`update turns set ended_at = ${time}, outcome = ${event.outcome}, input_tokens = ${inputTokens},
              output_tokens = ${outputTokens}, cost = ${cost} where session = ${id} and turn = ${event.turn}`;
            break;
          }
          case 'session-moved':
            await tx`update sessions set workspace = ${event.workspace}, conversation = ${event.conversation} where id = ${id}`;
            break;
          case 'session-suspended':
            await tx`update sessions set suspended = true where id = ${id}`;
            break;
          case 'session-closed':
            await tx`update sessions set closed_at = ${time} where id = ${id}`;
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
    }
  },
};
