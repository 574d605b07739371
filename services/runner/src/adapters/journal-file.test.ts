import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answering, deciding, emptyJournal, finishing, prompting, storing } from '../domain/journal.ts';
import { openJournal } from './journal-file.ts';

const at = '2026-11-21T10:00:00.000Z';
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'threadbox-journal-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a journal', () => {
  it('is read as it was written, whatever was answered', () => {
    const path = join(folder, 'deep', 'journal.json');
    const written = openJournal(path);
    written.change(prompting(1, at, 'Ada'));
    written.change(deciding('yes', true));
    written.change(deciding('a form', { content: { name: 'x', count: 3, sure: true, many: ['a', 'b'] } }));
    written.change(deciding('skipped', {}));
    written.change(answering('key'));
    written.change(storing('file', 'inbox/file.txt'));
    expect(openJournal(path).state()).toEqual(written.state());
    const data = { turn: 1, outcome: 'completed' as const, text: 'done', usage: {}, startedAt: at, endedAt: at };
    written.change(finishing({ data: { ...data, steps: [], files: [] }, outbox: ['a.txt'] }, 0.5));
    expect(openJournal(path).state()).toEqual(written.state());
  });

  it('begins anew where it cannot be read', async () => {
    const path = join(folder, 'journal.json');
    await writeFile(path, '{"spoken":');
    expect(openJournal(path).state()).toEqual(emptyJournal);
  });
});
