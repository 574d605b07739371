/**
 * How old versions of messages and commits become those of today. The log is never rewritten: what was written by an older
 * release is raised where it is read, one version at a time.
 *
 * To change what stands on the log: change the schema, and add a step here, `[from 1 to 2, from 2 to 3, …]`. The version that is
 * written follows from the number of steps. `frozen/` holds what older releases wrote, and a test reads it with today's code.
 */

/** A JSON object as it stands on a stream. */
export type Json = Readonly<Record<string, unknown>>;

/** Steps by name: for messages from `data` to `data`, by their type; for commits from events to events, by their aggregate. */
export type Upcasts = {
  readonly messages: Readonly<Record<string, ReadonlyArray<(data: Json) => Json>>>;
  readonly commits: Readonly<Record<string, ReadonlyArray<(events: readonly Json[]) => readonly Json[]>>>;
};

/** Every step that there is. */
export const upcasts: Upcasts = { messages: {}, commits: {} };
