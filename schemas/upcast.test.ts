import { expect, it } from 'vitest';
import { z } from 'zod';
import { commit, message } from './envelope.ts';
import { UnknownVersion, upcast } from './upcast.ts';
import type { Upcasts } from './upcasts.ts';

const id = '6f0f2f5e-6d0a-5d5b-9a57-7d0f1f6f7a11';
const common = { id, time: '2026-01-01T00:00:00Z', causation: id, correlation: id };
const table: Upcasts = {
  messages: { said: [({ words }) => ({ text: words }), (data) => ({ ...data, loud: false })] },
  commits: {
    counter: [
      (events) => events.map((event) => (event['type'] === 'added' ? { type: 'counted', by: event['n'] } : event)),
      (events) => events.filter(({ type }) => type !== 'forgotten'),
    ],
  },
};

it('raises a message one version at a time, from wherever it is', () => {
  const read = (version: number, data: object) => upcast({ ...common, type: 'said', version, data }, table);
  expect(read(1, { words: 'hello' })).toMatchObject({ version: 3, data: { text: 'hello', loud: false } });
  expect(read(2, { text: 'hello' })).toMatchObject({ version: 3, data: { text: 'hello', loud: false } });
  expect(read(3, { text: 'hello', loud: true })).toMatchObject({ version: 3, data: { text: 'hello', loud: true } });
});

it('raises the events of a commit by their aggregate, which may rename, split or drop them', () => {
  const old = {
    ...common,
    type: 'commit',
    version: 1,
    aggregate: { type: 'counter', id: 'c' },
    events: [{ type: 'added', n: 2 }, { type: 'forgotten' }],
  };
  expect(upcast(old, table)).toEqual({ ...old, version: 3, events: [{ type: 'counted', by: 2 }] });
  expect(upcast({ ...old, aggregate: { type: 'other', id: 'c' } }, table)).toMatchObject({ version: 1 });
});

it('refuses a version that is newer than this program, and says which', () => {
  expect(() => upcast({ ...common, type: 'said', version: 4, data: {} }, table)).toThrow(UnknownVersion);
  expect(() => upcast({ ...common, type: 'said', version: 4, data: {} }, table)).toThrow(
    'version 4 of said is newer than this program, which knows 3',
  );
  const commits = { ...common, type: 'commit', version: 2, aggregate: { type: 'new', id: 'n' }, events: [{}] };
  expect(() => upcast(commits, table)).toThrow('version 2 of new commit');
});

it('leaves what is no message to the schema, which refuses it', () => {
  for (const odd of [null, 7, 'text', [], {}, { type: 'said' }, { type: 'said', version: '1' }])
    expect(upcast(odd, table)).toBe(odd);
  const schema = commit(z.object({ type: z.literal('counted') }));
  for (const version of [0, -1, 1.5, '1', undefined])
    expect(schema.safeParse(upcast({ ...common, type: 'commit', version, events: [] }, table)).success).toBe(false);
  expect(message('said', z.object({})).safeParse({ ...common, type: 'said', version: 2, data: {} }).success).toBe(
    false,
  );
});
