import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { generateDocuments } from './documents.ts';

it('has every generated document committed as it would be written now', () => {
  for (const [name, text] of generateDocuments()) {
    expect(readFileSync(new URL(`generated/${name}`, import.meta.url), 'utf8'), `${name}: run npm run generate`).toBe(
      text,
    );
  }
});
