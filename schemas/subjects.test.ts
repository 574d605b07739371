import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  chatSubject,
  conversationFilter,
  partitionOf,
  PARTITIONS,
  sandboxSubject,
  subjectToken,
  tokenText,
  webFileSubject,
  webSubject,
} from './subjects.ts';

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });

describe('subject tokens', () => {
  it('hold nothing that NATS would read as a separator or a wildcard', () => {
    fc.assert(fc.property(text, (value) => !/[.*>\s]|\p{Cc}/u.test(subjectToken(value))));
  });
  it('give back the text they were made from', () => {
    fc.assert(fc.property(text, (value) => tokenText(subjectToken(value)) === value));
  });
  it('refuse the empty text, which would make another subject', () => {
    expect(() => subjectToken('')).toThrow(TypeError);
  });
});

describe('partitions', () => {
  it('are always one of those there are', () => {
    fc.assert(fc.property(text, (id) => partitionOf(id) >= 0 && partitionOf(id) < PARTITIONS));
  });
  it('never move: these are stored in every stream', () => {
    expect(['web:home', 'telegram:-100:7', 'a'].map(partitionOf)).toEqual([0, 3, 2]);
  });
});

describe('subjects', () => {
  it('name the platform and the conversation apart', () => {
    expect(chatSubject('inbound', 'telegram:-100:7')).toBe(
      `chat.inbound.${partitionOf('telegram:-100:7')}.telegram.-100:7`,
    );
  });
  it('cover every lane of a conversation with one filter', () => {
    expect(conversationFilter('web:inbound.x')).toBe(`chat.*.${partitionOf('web:inbound.x')}.web.inbound%2Ex`);
  });
  it('keep a hostile conversation id inside its token', () => {
    expect(chatSubject('inbound', 'web:>.a.*').split('.')).toHaveLength(5);
  });
  it('put both directions of a sandbox in its partition', () => {
    expect(sandboxSubject('s', 'in').split('.').slice(0, 3)).toEqual(sandboxSubject('s', 'out').split('.').slice(0, 3));
  });
  it('give a web thread its own place, its files another, and refuse what is no thread', () => {
    expect(webSubject('web:ana~1', 'm')).toBe('web.ana.1.message.m');
    expect(webSubject('web:a~b~1', '*')).toBe('web.a~b.1.message.*');
    expect(webFileSubject('web:ana~1', 'f', 0)).toBe('webfile.ana.1.f.0');
    for (const wrong of ['web:ana', 'web:~1', 'web:ana~', 'telegram:a~1'])
      expect(() => webSubject(wrong, 'm')).toThrow(TypeError);
  });
});
