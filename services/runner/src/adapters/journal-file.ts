import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { FormContent, TurnFinished } from '@threadbox/schemas';
import { z } from 'zod';
import { emptyJournal, type Journal } from '../domain/journal.ts';

/** The journal cannot be written (the disk is full, the home is read-only): what happens next would be forgotten. */
export class JournalUnwritable extends Error {
  override readonly name = 'JournalUnwritable';
  readonly code: string;
  constructor(code: string, options?: ErrorOptions) {
    super(`the journal cannot be written (${code})`, options);
    this.code = code;
  }
}

/** The journal as the runner holds it: `change` keeps the change in any case, and throws where it could not be written. */
export type JournalFile = {
  state: () => Journal;
  change: (how: (journal: Journal) => Journal) => void;
};

const Answer = z.union([z.boolean(), z.object({ content: FormContent.optional() })]);

const Stored = z.object({
  session: z.string().optional(),
  author: z.string().optional(),
  spoken: z.boolean(),
  spent: z.number(),
  turn: z
    .object({
      number: z.int(),
      prompts: z.int(),
      spared: z.int(),
      startedAt: z.iso.datetime(),
      answered: z.record(z.string(), z.int()),
    })
    .optional(),
  finished: z.object({ data: TurnFinished.shape.data, outbox: z.array(z.string()) }).optional(),
  cancelled: z.array(z.int()),
  decisions: z.array(z.tuple([z.string(), Answer])),
  files: z.array(z.tuple([z.string(), z.string()])),
});

const read = (path: string): Journal => {
  try {
    return Stored.parse(JSON.parse(readFileSync(path, 'utf8'))) as Journal;
  } catch {
    // There is none yet, or the agent spoilt it: then it only harmed itself.
    return emptyJournal;
  }
};

/** Opens the journal at `path`. A change is whole or not there at all: it is written beside and moved into place. */
export const openJournal = (path: string): JournalFile => {
  let journal = read(path);
  return {
    state: () => journal,
    change: (how) => {
      const changed = how(journal);
      if (changed === journal) return;
      journal = changed;
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        writeFileSync(`${path}.new`, JSON.stringify(changed), { mode: 0o600 });
        renameSync(`${path}.new`, path);
      } catch (cause) {
        const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
        throw new JournalUnwritable(code, { cause });
      }
    },
  };
};
