/**
 * Writes `generated/`: one JSON Schema a message and the AsyncAPI 3 document of the whole system.
 * `--check` writes nothing and exits 1 where what is committed is stale.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { generateDocuments } from './documents.ts';

const folder = new URL('generated/', import.meta.url);
const documents = generateDocuments();

if (process.argv.includes('--check')) {
  const stale = [...documents].filter(([name, text]) => {
    try {
      return readFileSync(new URL(name, folder), 'utf8') !== text;
    } catch {
      return true;
    }
  });
  const extra = readdirSync(folder).filter((name) => !documents.has(name));
  const names = [...stale.map(([name]) => name), ...extra];
  if (names.length > 0) {
    console.error(`schemas/generated is stale (${names.join(', ')}): run npm run generate`);
    process.exitCode = 1;
  }
} else {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const [name, text] of documents) writeFileSync(new URL(name, folder), text);
  console.log(`wrote ${documents.size} documents to schemas/generated`);
}
