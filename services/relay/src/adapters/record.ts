/**
 * The relay's record of what it posted: the one thing on a message's way that waits for Postgres. An intent is written
 * before a post and the platform's id after it, so that after a crash we know which posts may have happened.
 */
import { migrate } from '@threadbox/projections';
import type { Sql } from 'postgres';

/** A place in the chat: part 0 is the message itself, the others follow it. */
export type Slot = { delivery: string; part: number };

/** How a slot stands. `posting` without an answer means: it may have been posted. */
export type SlotState = { state: 'new' } | { state: 'posting' } | { state: 'posted'; messageId: string };

const STEPS = [
  `create table relay.deliveries (
    delivery uuid not null,
    part int not null,
    conversation text not null,
    message_id text,
    posted_at timestamptz,
    primary key (delivery, part)
  );
  create index deliveries_of_conversation on relay.deliveries (conversation, posted_at);
  create table relay.turns (
    session uuid not null,
    turn int not null,
    conversation text not null,
    done boolean not null default false,
    primary key (session, turn)
  );
  create table relay.penalties (conversation text primary key, until timestamptz not null)`,
  `alter table relay.turns add column interrupted boolean not null default false`,
];

/** The record of deliveries, turns and platforms' penalties. */
export type DeliveryRecord = ReturnType<typeof createRecord>;

/** Binds the record to Postgres; every call is one statement. `prepare` makes its tables. */
export const createRecord = (sql: Sql) => ({
  prepare: (): Promise<void> => migrate(sql, 'relay', STEPS),

  /** Marks that a post is about to happen, and tells how the slot stood before. */
  intend: async ({ delivery, part }: Slot, conversation: string): Promise<SlotState> => {
    const [row] = await sql<Array<{ fresh: boolean; message_id: string | null }>>`
      with mine as (
        insert into relay.deliveries (delivery, part, conversation) values (${delivery}, ${part}, ${conversation})
        on conflict do nothing returning true as fresh
      )
      select true as fresh, null as message_id from mine
      union all
      select false, message_id from relay.deliveries where delivery = ${delivery} and part = ${part}`;
    if (row === undefined || row.fresh) return { state: 'new' };
    return row.message_id === null ? { state: 'posting' } : { state: 'posted', messageId: row.message_id };
  },
  posted: async ({ delivery, part }: Slot, messageId: string): Promise<void> => {
    await sql`update relay.deliveries set message_id = ${messageId}, posted_at = now() where delivery = ${delivery} and part = ${part}`;
  },
  /** The message that stands in a slot; undefined where none was posted. */
  messageId: async ({ delivery, part }: Slot): Promise<string | undefined> => {
    const [row] = await sql<Array<{ message_id: string | null }>>`
      select message_id from relay.deliveries where delivery = ${delivery} and part = ${part}`;
    return row?.message_id ?? undefined;
  },
  /** This message of a slot can be edited no more: the slot is empty again. */
  lost: async ({ delivery, part }: Slot, messageId: string): Promise<void> => {
    await sql`delete from relay.deliveries where delivery = ${delivery} and part = ${part} and message_id = ${messageId}`;
  },
  /** The platform said that it was not posted: the intent is withdrawn. */
  notPosted: async ({ delivery, part }: Slot): Promise<void> => {
    await sql`delete from relay.deliveries where delivery = ${delivery} and part = ${part} and message_id is null`;
  },

  /** Notes where a turn's answer belongs; `done` where it is over already. */
  announce: async (session: string, turn: number, conversation: string): Promise<{ done: boolean }> => {
    const [row] = await sql<Array<{ done: boolean }>>`
      insert into relay.turns (session, turn, conversation) values (${session}, ${turn}, ${conversation})
      on conflict (session, turn) do update set conversation = excluded.conversation returning done`;
    return { done: row?.done ?? false };
  },
  /** Notes that the turn asked something, below its placeholder. */
  interrupt: async (session: string, turn: number): Promise<void> => {
    await sql`update relay.turns set interrupted = true where session = ${session} and turn = ${turn}`;
  },
  /** The same for the turns that wait behind this one: its answer stands below their placeholders. */
  interruptFollowing: async (session: string, turn: number): Promise<void> => {
    await sql`update relay.turns set interrupted = true where session = ${session} and turn > ${turn} and not done`;
  },
  turn: async (
    session: string,
    turn: number,
  ): Promise<{ conversation: string; done: boolean; interrupted: boolean } | undefined> => {
    const [row] = await sql<Array<{ conversation: string; done: boolean; interrupted: boolean }>>`
      select conversation, done, interrupted from relay.turns where session = ${session} and turn = ${turn}`;
    return row;
  },
  finish: async (session: string, turn: number): Promise<void> => {
    await sql`update relay.turns set done = true where session = ${session} and turn = ${turn}`;
  },

  /** The message that was posted last in a conversation. */
  lastPosted: async (conversation: string): Promise<string | undefined> => {
    const [row] = await sql<Array<{ message_id: string }>>`
      select message_id from relay.deliveries where conversation = ${conversation} and message_id is not null
      order by posted_at desc limit 1`;
    return row?.message_id;
  },
  /** Forgets a conversation's deliveries; its turns stay, as done, so that late output is known for what it is. */
  forget: async (conversation: string): Promise<void> => {
    await sql`with gone as (delete from relay.deliveries where conversation = ${conversation})
      update relay.turns set done = true where conversation = ${conversation}`;
  },

  /** Until when a platform wants no calls for a conversation, in milliseconds since 1970. */
  penalties: async (): Promise<Map<string, number>> => {
    const rows = await sql<
      Array<{ conversation: string; until: Date }>
    >`select * from relay.penalties where until > now()`;
    return new Map(rows.map(({ conversation, until }) => [conversation, until.getTime()]));
  },
  penalize: async (conversation: string, until: number): Promise<void> => {
    await sql`insert into relay.penalties values (${conversation}, ${new Date(until)})
      on conflict (conversation) do update set until = excluded.until`;
  },
});
