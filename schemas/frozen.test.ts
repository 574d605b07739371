/**
 * What older releases wrote must be read for ever. A change of a schema that breaks this needs a step in `upcasts.ts`; the
 * frozen files themselves never change. After a release: `node schemas/freeze.ts v<release>`, and its line below.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { channels } from './documents.ts';
import { eventsSubject } from './subjects.ts';
import { upcast } from './upcast.ts';

const RELEASES: Readonly<Record<string, string>> = {
  'v0.1.0.jsonl': '5fd6ae145cbb91d2ec29fa2e4f05c7f79452d0328407187b3f5e21987014798c',
};

const folder = new URL('frozen/', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, folder), 'utf8');

/** The channel whose address a subject has. */
const channelOf = (subject: string) => {
  const found = Object.values(channels).find(({ address }) =>
    new RegExp(`^${address.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^.]+')}$`).test(subject),
  );
  if (!found) throw new Error(`${subject} is no subject of ours`);
  return found;
};

it('has every release, byte for byte as it was frozen', () => {
  const sums = readdirSync(folder).map((file) => [file, createHash('sha256').update(read(file)).digest('hex')]);
  expect(Object.fromEntries(sums)).toEqual(RELEASES);
});

describe.each(Object.keys(RELEASES))('%s', (file) => {
  const lines = read(file)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { subject: string; text: string });

  it('is found in the lanes that it was written to', () => {
    for (const { subject, text } of lines.filter((line) => line.subject.startsWith('events.'))) {
      const { aggregate } = JSON.parse(text) as { aggregate: { type: string; id: string } };
      expect(eventsSubject(aggregate.type, aggregate.id)).toBe(subject);
    }
  });

  it.each(lines)('reads $subject, and loses nothing of it', ({ subject, text }) => {
    const current = upcast(JSON.parse(text));
    expect(channelOf(subject).schema.parse(current)).toEqual(current);
  });
});
