import { table, type Projection } from '@threadbox/projections';

const sandboxes = table('sandboxes', {
  key: ['id'],
  columns: { id: 'uuid', agent: 'text', status: 'text', place: 'int?', reason: 'text?', changed_at: 'timestamptz' },
});

/** How each sandbox stands: running, in line, asleep, failed. Those that are deleted are gone from here too. */
export const sandboxesProjection: Projection<'fleet'> = {
  name: 'sandbox_sandboxes',
  version: 2,
  aggregate: 'fleet',
  tables: [sandboxes],
  apply: ({ time: changed_at, events }, rows) => {
    const { add, set, remove } = rows(sandboxes);
    for (const event of events) {
      const id = event.sandbox;
      switch (event.type) {
        case 'sandbox-requested':
          add({ id, agent: event.agent, status: 'requested', changed_at });
          break;
        case 'sandbox-queued':
          set({ id }, { status: 'waiting', place: event.place, changed_at });
          break;
        case 'sandbox-started':
          set({ id }, { status: 'running', place: null, reason: null, changed_at });
          break;
        case 'sandbox-stopped':
          set({ id }, { status: event.reason === 'idle' ? 'asleep' : 'failed', place: null, changed_at });
          break;
        case 'sandbox-failed':
          set({ id }, { reason: event.reason, changed_at });
          break;
        case 'sandbox-deleted':
          remove({ id });
          break;
      }
    }
  },
};
