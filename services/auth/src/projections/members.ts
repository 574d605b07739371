import type { Projection } from '@threadbox/projections';

/** Who belongs to which workspace, and as what. */
export const membersProjection: Projection<'workspace'> = {
  name: 'auth_members',
  version: 1,
  aggregate: 'workspace',
  tables: `create table members (
    workspace text not null,
    member text not null,
    role text not null,
    since timestamptz not null,
    primary key (workspace, member)
  )`,
  apply: async (tx, commits) => {
    for (const { aggregate, time, events } of commits) {
      for (const event of events) {
        switch (event.type) {
          case 'owner-claimed':
          case 'member-added': {
            const [member, role] = event.type === 'owner-claimed' ? [event.owner, 'owner'] : [event.member, event.role];
            await tx`insert into members ${tx({ workspace: aggregate.id, member, role, since: time })}
              on conflict (workspace, member) do update set role = excluded.role`;
            break;
          }
          case 'member-removed':
            await tx`delete from members where workspace = ${aggregate.id} and member = ${event.member}`;
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
    }
  },
};
