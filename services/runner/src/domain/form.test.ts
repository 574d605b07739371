import { describe, expect, it } from 'vitest';
import { formOf } from './form.ts';

const properties = (all: object) => ({ type: 'object', properties: all });

describe('what an agent asks', () => {
  it('is read as Claude Code asks it: a choice, and words of one’s own beside it', () => {
    const schema = properties({
      question_0: {
        type: 'string',
        title: 'Database',
        oneOf: [{ const: 'Postgres', title: 'Postgres', description: 'a server' }],
      },
      question_0_custom: { type: 'string', title: 'Other' },
    });
    expect(formOf('Which database?', schema)).toEqual({
      text: 'Which database?',
      fields: [
        {
          name: 'question_0',
          title: 'Database',
          help: '',
          kind: 'one',
          choices: [{ value: 'Postgres', label: 'Postgres', help: 'a server' }],
          other: 'question_0_custom',
        },
      ],
    });
  });

  it('may be anything that a flat schema can ask', () => {
    const schema = properties({
      name: { type: 'string', description: 'of the service' },
      port: { type: 'integer' },
      tls: { type: 'boolean' },
      level: { type: 'string', enum: ['low', 'high'] },
      tags: { type: 'array', items: { anyOf: [{ const: 'a' }, { const: 'b', title: 'B' }] } },
    });
    expect(formOf('Tell me', schema)?.fields.map(({ name, kind, choices }) => [name, kind, choices.length])).toEqual([
      ['name', 'text', 0],
      ['port', 'number', 0],
      ['tls', 'yes-no', 0],
      ['level', 'one', 2],
      ['tags', 'many', 2],
    ]);
  });

  it.each([undefined, null, 'x', {}, properties({}), properties({ a: 5 })])(
    'is nothing where %j is asked',
    (schema) => {
      expect(formOf('?', schema)).toBeUndefined();
    },
  );

  it('is left out where it is more than people would fill in, and cut where it is long', () => {
    const many = Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`f${i}`, { type: 'string' }]));
    expect(formOf('?', properties(many))).toBeUndefined();
    const long = formOf('x'.repeat(9000), properties({ a: { type: 'string', title: 'y'.repeat(900) } }));
    expect([long?.text.length, long?.fields[0]?.title.length]).toEqual([4000, 200]);
  });
});
