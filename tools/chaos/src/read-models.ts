import type { Bus } from '@threadbox/messaging';
import { streams } from '@threadbox/schemas';
import postgres from 'postgres';

/** The aggregate whose events each projection reads. */
const READS = { auth_members: 'workspace', session_sessions: 'session', sandbox_sandboxes: 'fleet' } as const;

/** The projections that have not seen the last event of theirs. Throws where Postgres is away. */
export const projectionsBehind = async (databaseUrl: string, { jsm }: Bus): Promise<string[]> => {
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => undefined, connect_timeout: 5 });
  try {
    const rows = await sql<
      Array<{ name: string; sequence: string }>
    >`select name, sequence from projections.checkpoints`;
    const at = new Map(rows.map(({ name, sequence }) => [name, Number(sequence)]));
    const behind: string[] = [];
    for (const [name, aggregate] of Object.entries(READS)) {
      const last = await jsm.direct.getMessage(streams.events, { last_by_subj: `events.*.${aggregate}.>` });
      if ((at.get(name) ?? 0) < (last?.seq ?? 0)) behind.push(name);
    }
    return behind;
  } finally {
    await sql.end({ timeout: 1 });
  }
};
