import { table, type Projection } from '@threadbox/projections';

const members = table('members', {
  key: ['workspace', 'member'],
  columns: { workspace: 'text', member: 'text', role: 'text', since: 'timestamptz' },
});

/** Who belongs to which workspace, and as what. */
export const membersProjection: Projection<'workspace'> = {
  name: 'auth_members',
  version: 2,
  aggregate: 'workspace',
  tables: [members],
  apply: ({ aggregate: { id: workspace }, time: since, events }, rows) => {
    const { add, set, remove } = rows(members);
    /** Somebody who belongs already has another role, since the same day. */
    const join = (member: string, role: string): void => {
      set({ workspace, member }, { role });
      add({ workspace, member, role, since });
    };
    for (const event of events) {
      switch (event.type) {
        case 'owner-claimed':
          join(event.owner, 'owner');
          break;
        case 'member-added':
          join(event.member, event.role);
          break;
        case 'member-removed':
          remove({ workspace, member: event.member });
          break;
        case 'owner-asked':
        case 'ownership-declined':
        case 'domain-allowed':
        case 'domain-forbidden':
        case 'limit-set':
        case 'limit-lifted':
          break;
      }
    }
  },
};
