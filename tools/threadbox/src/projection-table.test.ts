import { globSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { projectionTable } from './projection-table.ts';

it('names every projection of every service', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const found = globSync('services/*/src/projections/*.ts', { cwd: root }).map((path) =>
    path.replace(/^services\/(\w+)\/src\/projections\/(.+)\.ts$/, '$1_$2'),
  );
  expect(projectionTable.map(({ name }) => name).toSorted()).toEqual(found.toSorted());
});
