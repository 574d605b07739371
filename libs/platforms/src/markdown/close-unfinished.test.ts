import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { describe, expect, it } from 'vitest';
import { closeUnfinished } from './close-unfinished.ts';
import { parseMarkdown } from './parse.ts';
import { plainText } from './plain-text.ts';

const codes = (node: Nodes): string[] =>
  node.type === 'code' ? [node.value] : 'children' in node ? node.children.flatMap(codes) : [];

const lines = fc.array(fc.constantFrom('const a = 1;', '', '  indented', '> quoted', 'text', '`x`', '~~~', '- item'), {
  minLength: 1,
  maxLength: 8,
});
const fenced = fc
  .tuple(
    fc.constantFrom('```', '````', '~~~~'),
    fc.constantFrom('ts', '', 'c++'),
    lines,
    fc.constantFrom('', '> ', '- ', '1. > '),
  )
  .map(([fence, language, body, prefix]) => {
    const rest = prefix.replaceAll(/[^>\s]/g, ' ');
    return [`${prefix}${fence}${language}`, ...body.map((line) => rest + line), `${rest}${fence}`].join('\n');
  });
const prose = fc
  .array(
    fc.constantFrom(
      'a',
      '**bold words**',
      '*soft*',
      '`co de`',
      '[to](https://e.org/x)',
      '~~no~~',
      '__x__',
      '3 * 4',
      'snake_case',
    ),
    {
      minLength: 1,
      maxLength: 8,
    },
  )
  .map((words) => words.join(' '));
const document = fc.array(fc.oneof(fenced, prose), { maxLength: 5 }).map((blocks) => blocks.join('\n\n'));
const prefix = fc
  .tuple(document, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([text, share]) => text.slice(0, Math.round(text.length * share)));
const anything = fc.oneof(
  prefix,
  fc.string({ unit: fc.constantFrom(...'`*_[]()>-|#\n 1.a~\\'.split('')), maxLength: 60 }),
  fc.string({ unit: 'binary' }),
);

describe('closeUnfinished', () => {
  it('leaves nothing open that would swallow what comes next', () => {
    fc.assert(
      fc.property(prefix, (markdown) => {
        const tree = parseMarkdown(`${closeUnfinished(markdown)}\n\nAfter.`);
        expect(tree.children.at(-1)).toMatchObject({ type: 'paragraph', children: [{ value: 'After.' }] });
      }),
      { numRuns: 500 },
    );
  });

  it('changes no code', () => {
    fc.assert(
      fc.property(prefix, (markdown) => {
        expect(codes(parseMarkdown(closeUnfinished(markdown)))).toEqual(codes(parseMarkdown(markdown)));
      }),
      { numRuns: 500 },
    );
  });

  it('closes once: what it closed stays as it is', () => {
    fc.assert(
      fc.property(prefix, (markdown) => {
        const closed = closeUnfinished(markdown);
        expect(closeUnfinished(closed)).toBe(closed);
      }),
      { numRuns: 500 },
    );
  });

  it('never throws', () => {
    fc.assert(
      fc.property(anything, (markdown) => {
        expect(typeof closeUnfinished(markdown)).toBe('string');
      }),
      { numRuns: 500 },
    );
  });

  it('shows no mark of emphasis wherever the writing stops', () => {
    const finished =
      'See **the bold words** and *a soft one*, ~~not this~~, `some code` and [a link](https://example.org/x) here';
    for (let end = 0; end <= finished.length; end += 1)
      expect(plainText(parseMarkdown(closeUnfinished(finished.slice(0, end))))).not.toMatch(/[*~`]/);
  });

  it.each([
    ['**bold', '**bold**'],
    ['a **bold and *soft', 'a **bold and *soft***'],
    ['a ***both', 'a ***both***'],
    ['dangling **', 'dangling'],
    ['`code with **stars', '`code with **stars`'],
    ['``a ` b', '``a ` b``'],
    ['[text](https://exam', 'text'],
    ['# Heading **x', '# Heading **x**'],
    ['- item **x', '- item **x**'],
    ['5 * 3 = 15', '5 * 3 = 15'],
    ['snake_case', 'snake_case'],
    ['a\\*b', 'a\\*b'],
    ['```ts\nconst a', '```ts\nconst a\n```'],
    ['```ts\nconst a\n', '```ts\nconst a\n```'],
    ['> ```\n> x', '> ```\n> x\n> ```'],
    ['- ```\n  x', '- ```\n  x\n  ```'],
    ['~~~~\n```\nx\n```', '~~~~\n```\nx\n```\n~~~~'],
    ['```\nx\n```', '```\nx\n```'],
    ['', ''],
  ])('%j becomes %j', (unfinished, closed) => {
    expect(closeUnfinished(unfinished)).toBe(closed);
  });
});
