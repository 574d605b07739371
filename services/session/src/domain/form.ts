import type { Button, FormContent, FormField, QuestionAsked } from '@threadbox/schemas';

/** What the agent asks, as far as people see it. */
export type Form = Pick<QuestionAsked['data'], 'text' | 'fields'>;

/** An answer as it came: a choice (counted from 0), words, or neither. */
export type Reply = { choice?: number | undefined; words?: string | undefined };

/** An answer that can be given to the agent, or what is wrong with it in plain words. */
export type Reading = { ok: true; content: FormContent | undefined } | { ok: false; problem: string };

const YES_NO: FormField['choices'] = [
  { value: 'yes', label: 'Yes', help: '' },
  { value: 'no', label: 'No', help: '' },
];

const choicesOf = ({ kind, choices }: FormField): FormField['choices'] => (kind === 'yes-no' ? YES_NO : choices);

/** The one field whose choices can stand as buttons; undefined where there is more to fill in. */
const buttonField = ({ fields }: Form): FormField | undefined => {
  const [field, ...more] = fields;
  return field !== undefined && more.length === 0 && (field.kind === 'one' || field.kind === 'yes-no')
    ? field
    : undefined;
};

/** The buttons under a question: its choices where one is enough, a form for words, and a way to leave it unanswered. */
export const formButtons = (request: string, form: Form): readonly Button[] => {
  const field = buttonField(form);
  const choices = field === undefined ? [] : choicesOf(field);
  const prompt = (form.text.split('\n')[0] ?? '').slice(0, 45).trim() || 'Your answer';
  return [
    ...choices.map(({ label }, i) => ({
      label: label.slice(0, 40) || String(i + 1),
      value: `q:${request}:${i}`,
      style: 'secondary' as const,
    })),
    ...(field === undefined || field.other !== undefined
      ? [{ label: 'Answer…', value: `q:${request}:words`, style: 'primary' as const, prompt }]
      : []),
    { label: 'Skip', value: `q:${request}:skip`, style: 'secondary' as const },
  ].slice(0, 25);
};

/** What a button under a question stands for; undefined where it is no such button. */
export const readFormButton = (value: string): { request: string; choice?: number } | undefined => {
  const match = /^q:([0-9a-f-]{36}):(\d{1,2}|words|skip)$/.exec(value);
  if (!match?.[1]) return undefined;
  return /^\d/.test(match[2] ?? '') ? { request: match[1], choice: Number(match[2]) } : { request: match[1] };
};

const matching = (field: FormField, said: string): FormField['choices'][number] | undefined => {
  const word = said.trim().replace(/[.!]$/, '').toLowerCase();
  const choices = choicesOf(field);
  return choices.find(({ label, value }, i) =>
    [String(i + 1), label.toLowerCase(), value.toLowerCase()].includes(word),
  );
};

const readField = (field: FormField, said: string): FormContent | string => {
  const { name, kind, other } = field;
  switch (kind) {
    case 'text':
      return { [name]: said };
    case 'number': {
      const number = Number(said.trim().replace(',', '.'));
      return said.trim() !== '' && Number.isFinite(number)
        ? { [name]: number }
        : `“${said.slice(0, 60)}” is no number.`;
    }
    case 'yes-no': {
      const choice = matching(field, said);
      return choice ? { [name]: choice.value === 'yes' } : 'Answer with yes or no.';
    }
    case 'one': {
      const choice = matching(field, said);
      if (choice) return { [name]: choice.value };
      return other === undefined ? `Choose one of: ${labels(field)}.` : { [other]: said };
    }
    case 'many': {
      const found = said.split(/[,;\n]/).map((part) => ({ part: part.trim(), choice: matching(field, part) }));
      const values = found.flatMap(({ choice }) => choice?.value ?? []);
      const rest = found.flatMap(({ part, choice }) => (choice || part === '' ? [] : part));
      if (rest.length > 0 && other === undefined) return `Choose any of: ${labels(field)}, separated by commas.`;
      return {
        ...(values.length > 0 && { [name]: values }),
        ...(rest.length > 0 && other && { [other]: rest.join(', ') }),
      };
    }
  }
};

const labels = (field: FormField): string =>
  choicesOf(field)
    .map(({ label }) => label)
    .join(', ');

/** Reads an answer: the whole text for one field, a line each for several. */
export const readReply = (form: Form, { choice, words }: Reply): Reading => {
  const single = buttonField(form);
  if (choice !== undefined) {
    const chosen = single && choicesOf(single)[choice];
    if (!single || !chosen) return { ok: false, problem: 'This choice does not stand any more.' };
    return { ok: true, content: { [single.name]: single.kind === 'yes-no' ? chosen.value === 'yes' : chosen.value } };
  }
  if (words === undefined) return { ok: true, content: undefined };
  const { fields } = form;
  const lines =
    fields.length === 1
      ? [words.trim()]
      : words
          .trim()
          .split('\n')
          .map((line) => line.trim())
          .filter(Boolean);
  if (lines.length !== fields.length || lines.includes(''))
    return { ok: false, problem: `Answer with ${fields.length} lines, one for each question, in their order.` };
  let content: FormContent = {};
  for (const [i, field] of fields.entries()) {
    const read = readField(field, lines[i] ?? '');
    if (typeof read === 'string') return { ok: false, problem: fields.length === 1 ? read : `Line ${i + 1}: ${read}` };
    content = { ...content, ...read };
  }
  return { ok: true, content };
};
