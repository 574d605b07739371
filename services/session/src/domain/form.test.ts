import { deriveId, type FormField } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { formButtons, readFormButton, readReply, type Form } from './form.ts';
import { formText } from './form-words.ts';

const field = (kind: FormField['kind'], more: Partial<FormField> = {}): FormField => ({
  name: 'f',
  title: '',
  help: '',
  kind,
  choices: [],
  ...more,
});
const choices = ['Postgres', 'SQLite'].map((label) => ({ value: label.toLowerCase(), label, help: `is ${label}` }));
const form = (...fields: FormField[]): Form => ({ text: 'Which database?', fields });
const request = deriveId('request');
const words = (text: string) => ({ words: text });

describe('a question with choices', () => {
  const one = form(field('one', { choices, other: 'own' }));
  it('has a button for each, one for words, and one to skip it', () => {
    expect(formButtons(request, one).map(({ label }) => label)).toEqual(['Postgres', 'SQLite', 'Answer…', 'Skip']);
    expect(formButtons(request, one)[2]).toMatchObject({ prompt: 'Which database?' });
    expect(formButtons(request, one).map(({ value }) => readFormButton(value))).toEqual([
      { request, choice: 0 },
      { request, choice: 1 },
      { request },
      { request },
    ]);
    for (const { value } of formButtons(request, one)) expect(Buffer.byteLength(value)).toBeLessThanOrEqual(64);
    expect(readFormButton('p:x:o')).toBeUndefined();
  });
  it('takes a press, a number, a label, or words of one’s own', () => {
    expect(readReply(one, { choice: 1 })).toEqual({ ok: true, content: { f: 'sqlite' } });
    expect(readReply(one, words('2'))).toEqual({ ok: true, content: { f: 'sqlite' } });
    expect(readReply(one, words('postgres.'))).toEqual({ ok: true, content: { f: 'postgres' } });
    expect(readReply(one, words('DuckDB'))).toEqual({ ok: true, content: { own: 'DuckDB' } });
    expect(readReply(one, {})).toEqual({ ok: true, content: undefined });
    expect(readReply(one, { choice: 7 })).toMatchObject({ ok: false });
  });
  it('takes nothing else where it has no room for other words', () => {
    expect(readReply(form(field('one', { choices })), words('DuckDB'))).toEqual({
      ok: false,
      problem: 'Choose one of: Postgres, SQLite.',
    });
  });
  it('may take several', () => {
    const many = form(field('many', { choices, other: 'own' }));
    expect(readReply(many, words('1, SQLite'))).toEqual({ ok: true, content: { f: ['postgres', 'sqlite'] } });
    expect(readReply(many, words('1, DuckDB'))).toEqual({ ok: true, content: { f: ['postgres'], own: 'DuckDB' } });
    expect(readReply(form(field('many', { choices })), words('1, DuckDB'))).toMatchObject({ ok: false });
  });
});

describe('a form', () => {
  const whole = form(
    field('text', { name: 'name', title: 'Name' }),
    field('number', { name: 'port' }),
    field('yes-no', { name: 'tls' }),
  );
  it('is answered line by line', () => {
    expect(readReply(whole, words('web\n8080\nyes'))).toEqual({
      ok: true,
      content: { name: 'web', port: 8080, tls: true },
    });
  });
  it('says what is wrong, and where', () => {
    expect(readReply(whole, words('web\n8080'))).toMatchObject({ problem: expect.stringContaining('3 lines') });
    expect(readReply(whole, words('web\nmany\nyes'))).toEqual({ ok: false, problem: 'Line 2: “many” is no number.' });
    expect(readReply(whole, words('web\n1\nperhaps'))).toMatchObject({ problem: expect.stringContaining('Line 3') });
  });
  it('has a button for words, and none for choices', () => {
    expect(formButtons(request, whole).map(({ label }) => label)).toEqual(['Answer…', 'Skip']);
  });
});

it('shows what is asked and how to answer, and nothing that the agent could make look like ours', () => {
  const text = formText({ text: 'Which **one**?', fields: [field('one', { choices })] });
  expect(text).toBe(
    '**The agent asks:** Which \\*\\*one\\*\\*?\n\n1. Postgres: is Postgres\n2. SQLite: is SQLite\n\n*Press one, or answer with its number.*',
  );
  expect(formText(form(field('text')), 'Answered by web:ana')).toBe(
    '**The agent asks:** Which database?\n\n**Answered by web:ana**',
  );
});
