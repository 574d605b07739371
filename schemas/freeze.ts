/**
 * `node schemas/freeze.ts v0.1.0` writes `frozen/v0.1.0.jsonl`: every message and every event as this release writes them, each with
 * all that is optional and without. Done once a release, and never again for the same one: tools/threadbox reads each of
 * these files with the code of today.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { channels } from './documents.ts';
import { deriveId } from './ids.ts';
import { partitionOf } from './subjects.ts';
import { commitVersion, messageVersion } from './upcast.ts';
import { sampleOf, type Fill, type JsonSchema } from './sample.ts';

/** What ends something comes last, so that what else can happen to it has happened before. */
const ENDS = /-(closed|deleted|removed|unlinked|released)$/;

const typeOf = ({ properties }: JsonSchema): string => String(properties?.['type']?.const);

const endsLast = (options: readonly JsonSchema[]): JsonSchema[] => [
  ...options.filter((option) => !ENDS.test(typeOf(option))),
  ...options.filter((option) => ENDS.test(typeOf(option))),
];

/** Every kind that a schema tells apart by its type. */
const kindsOf = (schema: JsonSchema): readonly JsonSchema[] => endsLast(schema.oneOf ?? schema.anyOf ?? [schema]);

function* samplesOf(address: string, schema: JsonSchema, fill: Fill): Generator<{ subject: string; text: string }> {
  const idOf = (name: string): string => deriveId('frozen', fill, name);
  const origin = (kind: string): object => {
    const id = deriveId('frozen', address, kind, fill);
    return { id, time: '2026-01-01T00:00:00.000Z', causation: id, correlation: id };
  };
  const aggregate = /^events\.\{partition\}\.(\w+)\./.exec(address)?.[1];
  if (aggregate === undefined) {
    const conversation = 'web:ana~first';
    const subject = address
      .replace('{partition}', String(partitionOf(conversation)))
      .replaceAll(/\{(\w+)\}/g, (_, name: string) => (name === 'platform' ? 'web' : idOf(name)));
    for (const kind of kindsOf(schema)) {
      const type = typeOf(kind);
      const message = { ...(sampleOf(kind, fill, idOf) as object), ...origin(type), version: messageVersion(type) };
      yield { subject, text: JSON.stringify(message) };
    }
    return;
  }
  const id = aggregate === 'fleet' ? 'main' : idOf(aggregate);
  const subject = `events.${partitionOf(id)}.${aggregate}.${id}`;
  for (const kind of kindsOf(schema.properties?.['events']?.items ?? {})) {
    const commit = {
      ...(sampleOf(schema, fill, idOf) as object),
      ...origin(typeOf(kind)),
      version: commitVersion(aggregate),
      aggregate: { type: aggregate, id },
      events: [sampleOf(kind, fill, idOf)],
    };
    yield { subject, text: JSON.stringify(commit) };
  }
}

const release = process.argv[2] ?? '';
if (!/^v\d+\.\d+\.\d+$/.test(release)) throw new Error('usage: node schemas/freeze.ts v<major>.<minor>.<patch>');
const lines = Object.values(channels).flatMap(({ address, schema }) => {
  const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  return (['full', 'lean'] as const).flatMap((fill) => [...samplesOf(address, json, fill)]);
});
const folder = new URL('frozen/', import.meta.url);
mkdirSync(folder, { recursive: true });
// `wx`: what a release wrote does not change afterwards.
writeFileSync(new URL(`${release}.jsonl`, folder), lines.map((line) => `${JSON.stringify(line)}\n`).join(''), {
  flag: 'wx',
});
console.log(`froze ${lines.length} messages of ${release}`);
