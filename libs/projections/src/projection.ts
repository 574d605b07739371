import type { JsMsg } from '@nats-io/jetstream';
import type { Commit } from '@threadbox/messaging';
import { aggregates, commit, readVersioned, type AggregateType, type EventOf } from '@threadbox/schemas';
import type { Rows } from './changes.ts';
import type { Table } from './table.ts';

/** A read model of one kind of aggregate. */
export type Projection<Type extends AggregateType = AggregateType> = {
  /** The Postgres schema of its tables, too. */
  name: string;
  /** Raised whenever tables or `apply` change: the rows are then made anew. */
  version: number;
  aggregate: Type;
  tables: readonly Table[];
  /** Changes the rows for one commit; commits come in order. It knows nothing but what it is given. */
  apply: (commit: Commit<EventOf<Type>>, rows: Rows) => void;
};

/** A place in the log, and the commit that stands there; undefined where it cannot be read. */
export type Placed<Type extends AggregateType> = { sequence: number; commit: Commit<EventOf<Type>> | undefined };

/** Hears of what is left out, and why. */
export type Skip = (error: unknown, sequence: number, why: 'unreadable' | 'refused') => void;

/** Reads commits from messages; `skip` hears of what cannot be read. */
export const commitReader = <Type extends AggregateType>(
  { aggregate }: Pick<Projection<Type>, 'aggregate'>,
  skip: Skip,
): ((message: JsMsg) => Placed<Type>) => {
  const schema = commit(aggregates[aggregate].events);
  return (message) => {
    const sequence = message.seq;
    try {
      return { sequence, commit: readVersioned(schema, message.json()) as unknown as Commit<EventOf<Type>> };
    } catch (error) {
      skip(error, sequence, 'unreadable');
      return { sequence, commit: undefined };
    }
  };
};
