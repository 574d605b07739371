import type { Projection } from '@threadbox/projections';

/** How each sandbox stands: running, in line, asleep, failed. Those that are deleted are gone from here too. */
export const sandboxesProjection: Projection<'fleet'> = {
  name: 'sandbox_sandboxes',
  version: 1,
  aggregate: 'fleet',
  tables: `create table sandboxes (
    id uuid primary key,
    agent text not null,
    status text not null,
    place int,
    reason text,
    changed_at timestamptz not null
  )`,
  apply: async (tx, commits) => {
    for (const { time, events } of commits) {
      for (const event of events) {
        const id = event.sandbox;
        switch (event.type) {
          case 'sandbox-requested':
            await tx`insert into sandboxes ${tx({ id, agent: event.agent, status: 'requested', changed_at: time })} on conflict (id) do nothing`;
            break;
          case 'sandbox-queued':
            await tx`update sandboxes set status = 'waiting', place = ${event.place}, changed_at = ${time} where id = ${id}`;
            break;
          case 'sandbox-started':
            await tx`update sandboxes set status = 'running', place = null, reason = null, changed_at = ${time} where id = ${id}`;
            break;
          case 'sandbox-stopped':
            await tx`update sandboxes set status = ${event.reason === 'idle' ? 'asleep' : 'failed'}, place = null, changed_at = ${time} where id = ${id}`;
            break;
          case 'sandbox-failed':
            await tx`update sandboxes set reason = ${event.reason}, changed_at = ${time} where id = ${id}`;
            break;
          case 'sandbox-deleted':
            await tx`delete from sandboxes where id = ${id}`;
            break;
        }
      }
    }
  },
};
