import { readVersioned } from '@threadbox/schemas';
import type { z } from 'zod';
import type { Bus } from './bus.ts';

/** The message at this place of a stream, or undefined where it was purged or never was. Throws where it is not of the schema. */
export const readMessage = async <Schema extends z.ZodType>(
  { jsm }: Pick<Bus, 'jsm'>,
  stream: string,
  sequence: number,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> => {
  const stored = await jsm.direct.getMessage(stream, { seq: sequence });
  return stored === null ? undefined : readVersioned(schema, stored.json());
};

/** Deletes what a subject filter matches; with `upTo`, only what came before that sequence. Tells how many went. */
export const purgeSubject = async (
  { jsm }: Pick<Bus, 'jsm'>,
  stream: string,
  filter: string,
  { upTo }: { upTo?: number } = {},
): Promise<number> => {
  const { purged } = await jsm.streams.purge(stream, upTo === undefined ? { filter } : { filter, seq: upTo });
  return purged;
};
