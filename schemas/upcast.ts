import type { z } from 'zod';
import { upcasts, type Json, type Upcasts } from './upcasts.ts';

/** What was read is of a version that this program does not know yet: it is never guessed. */
export class UnknownVersion extends Error {
  override readonly name = 'UnknownVersion';
  /** The message's type, or `<aggregate> commit`. */
  readonly of: string;
  readonly version: number;
  constructor(of: string, version: number, known: number) {
    super(`version ${version} of ${of} is newer than this program, which knows ${known}: use a newer release`);
    this.of = of;
    this.version = version;
  }
}

const stepsOf = <Step>(table: Readonly<Record<string, readonly Step[]>>, name: string): readonly Step[] =>
  (Object.hasOwn(table, name) ? table[name] : undefined) ?? [];

/** The version in which messages of this type are written. */
export const messageVersion = (type: string): number => stepsOf(upcasts.messages, type).length + 1;

/** The version in which commits of this kind of aggregate are written. */
export const commitVersion = (aggregate: string): number => stepsOf(upcasts.commits, aggregate).length + 1;

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The same value after the steps that it lacks. */
const raise = <Value>(
  steps: ReadonlyArray<(value: Value) => Value>,
  { value, of, version }: { value: Value; of: string; version: number },
): Value => {
  const known = steps.length + 1;
  if (version > known) throw new UnknownVersion(of, version, known);
  return steps.slice(version - 1).reduce((raised, step) => step(raised), value);
};

/**
 * A message or commit of any older version as one of today. What is neither comes back as it is: its schema says what is
 * wrong with it. Throws `UnknownVersion` for one that is newer than this program.
 */
export const upcast = (value: unknown, { messages, commits }: Upcasts = upcasts): unknown => {
  if (!isObject(value)) return value;
  const { type, version, aggregate, events, data } = value;
  if (typeof type !== 'string' || typeof version !== 'number' || !Number.isInteger(version) || version < 1)
    return value;
  if (type === 'commit') {
    if (!isObject(aggregate) || typeof aggregate['type'] !== 'string' || !isObjects(events)) return value;
    const steps = stepsOf(commits, aggregate['type']);
    if (version === steps.length + 1) return value;
    const raised = raise(steps, { value: events, of: `${aggregate['type']} commit`, version });
    return { ...value, version: steps.length + 1, events: raised };
  }
  const steps = stepsOf(messages, type);
  if (version === steps.length + 1 || !isObject(data)) return value;
  return { ...value, version: steps.length + 1, data: raise(steps, { value: data, of: type, version }) };
};

const isObjects = (value: unknown): value is readonly Json[] => Array.isArray(value) && value.every(isObject);

/** Reads a message or commit of any version with its schema of today. Throws `UnknownVersion`, or what the schema throws. */
export const readVersioned = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> =>
  schema.parse(upcast(value));
