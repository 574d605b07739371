import type { FormField } from '@threadbox/schemas';
import type { Form, Reading } from './form.ts';

const plain = (text: string): string =>
  text
    .replaceAll(/[\\`*_[\]<>~|]/g, '\\$&')
    .replaceAll(/\s+/g, ' ')
    .trim();

const choiceLines = ({ kind, choices }: FormField, indent: string): string[] =>
  kind === 'one' || kind === 'many'
    ? choices.map(({ label, help }, i) => `${indent}${i + 1}. ${plain(label)}${help === '' ? '' : `: ${plain(help)}`}`)
    : [];

const how = (fields: readonly FormField[]): string => {
  const [first, ...more] = fields;
  if (more.length > 0) return 'Answer with one line for each, in this order.';
  switch (first?.kind) {
    case 'one':
      return first.other === undefined
        ? 'Press one, or answer with its number.'
        : 'Press one, or answer in your own words.';
    case 'many':
      return 'Answer with the numbers of all that you want, separated by commas.';
    case 'yes-no':
      return 'Press one, or answer with yes or no.';
    case 'number':
      return 'Answer with a number.';
    case 'text':
    case undefined:
      return 'Just write your answer.';
  }
};

/** A question of the agent's as people read it, Markdown. `outcome`: what became of it, once something did. */
export const formText = ({ text, fields }: Form, outcome?: string): string => {
  const [only, ...more] = fields;
  const body =
    only !== undefined && more.length === 0
      ? choiceLines(only, '')
      : fields.flatMap((field, i) => [
          `${i + 1}. **${plain(field.title || field.name)}**${field.help === '' ? '' : ` ${plain(field.help)}`}`,
          ...choiceLines(field, '   '),
        ]);
  const head = `**The agent asks:** ${plain(text)}`;
  return [
    head,
    ...(body.length > 0 ? [body.join('\n')] : []),
    outcome === undefined ? `*${how(fields)}*` : `**${outcome}**`,
  ].join('\n\n');
};

/** What became of a question, in a few words. */
export const outcomeWord = (reading: Reading, by: string): string =>
  reading.ok && reading.content === undefined ? `Skipped by ${plain(by)}` : `Answered by ${plain(by)}`;

export const NOT_NEEDED = 'Not needed any more';
export const ASKED_ELSEWHERE = 'Asked again where the session goes on';
