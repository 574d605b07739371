import fc from 'fast-check';
import { expect, it } from 'vitest';
import { collectChanges, type Change, type Rows } from './changes.ts';
import { table, type Table } from './table.ts';

const things = table('things', { key: ['id'], columns: { id: 'text', a: 'int?', b: 'int?' } });
type Stored = { id: string; a: number | null; b: number | null };
type Step = { do: 'add' | 'set' | 'remove'; id: string; a?: number; b?: number };

/** What a table is after changes, as `writeChanges` writes them: what goes, what is set, what is added. */
const written = (before: ReadonlyMap<string, Stored>, tables: ReadonlyMap<Table, ReadonlyMap<string, Change>>) => {
  const after = new Map(before);
  const changes = [...(tables.get(things) ?? new Map<string, Change>())];
  for (const [id, { gone }] of changes) if (gone) after.delete(id);
  for (const [id, { set }] of changes) {
    const row = after.get(id);
    if (set && row) after.set(id, { ...row, ...set });
  }
  for (const [id, { add }] of changes) if (add && !after.has(id)) after.set(id, { id, a: null, b: null, ...add });
  return after;
};

const carryOut = (step: Step, rows: Rows): void => {
  const { do: action, ...cells } = step;
  if (action === 'add') rows(things).add(cells);
  else if (action === 'remove') rows(things).remove({ id: step.id });
  else {
    const { id, ...rest } = cells;
    rows(things).set({ id }, rest);
  }
};

const step: fc.Arbitrary<Step> = fc.record(
  {
    do: fc.constantFrom('add', 'set', 'remove'),
    id: fc.constantFrom('x', 'y', 'z'),
    a: fc.integer({ min: 0, max: 9 }),
    b: fc.integer({ min: 0, max: 9 }),
  },
  { requiredKeys: ['do', 'id'] },
);

it('ends the same however steps are put together', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), fc.integer({ min: 1, max: 30 }), (steps, size) => {
      const inBatches = (most: number) => {
        let rows: ReadonlyMap<string, Stored> = new Map();
        for (let at = 0; at < steps.length; at += most) {
          const batch = collectChanges();
          for (const one of steps.slice(at, at + most)) carryOut(one, batch.rows);
          rows = written(rows, batch.tables);
        }
        return [...rows.values()].toSorted((x, y) => (x.id < y.id ? -1 : 1));
      };
      expect(inBatches(size)).toEqual(inBatches(1));
    }),
  );
});
