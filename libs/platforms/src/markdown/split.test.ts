import fc from 'fast-check';
import type { Nodes, Root } from 'mdast';
import { describe, expect, it } from 'vitest';
import { parseMarkdown } from './parse.ts';
import { plainText } from './plain-text.ts';
import { splitMarkdown } from './split.ts';

const leaves = (node: Nodes): Nodes[] => ('children' in node ? node.children.flatMap(leaves) : [node]);
/** Text as people read it, without the white space that a cut may fall on. */
const reading = (roots: readonly Root[]): string =>
  roots
    .flatMap(leaves)
    .map((leaf) => (leaf.type === 'image' ? leaf.alt : 'value' in leaf ? leaf.value : ''))
    .join('')
    .replaceAll(/\s/g, '');
const codeLines = (roots: readonly Root[]): string[] =>
  roots.flatMap(leaves).flatMap((node) => (node.type === 'code' ? node.value.split('\n') : []));
const measure = (piece: Root): number => plainText(piece).length;
const noFiles = { lines: Infinity, characters: Infinity };
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const word = fc.oneof(
  fc.stringMatching(/^[a-z]{1,12}$/),
  fc.constantFrom(
    '**bold**',
    '*soft*',
    '`x = 1`',
    '[a link](https://example.org/a)',
    '~~gone~~',
    '👩‍👩‍👧‍👦',
    'straße.',
    '世界。',
  ),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 300 }).map((s) => s.replaceAll(/\s/g, 'x')),
);
const sentence = fc.array(word, { minLength: 1, maxLength: 20 }).map((words) => words.join(' '));
const code = fc
  .tuple(fc.constantFrom('ts', 'python', ''), fc.array(fc.stringMatching(/^[ -_a-z]{0,40}$/), { maxLength: 30 }))
  .map(([language, lines]) => `\`\`\`\`${language}\n${lines.join('\n')}\n\`\`\`\``);
const list = fc
  .array(sentence, { minLength: 1, maxLength: 6 })
  .map((items) => items.map((s, i) => `${i + 1}. ${s}`).join('\n'));
const table = fc
  .array(fc.tuple(fc.stringMatching(/^[a-z]{1,8}$/), fc.stringMatching(/^[a-z]{1,8}$/)), { maxLength: 12 })
  .map((rows) => ['| a | b |', '|---|---|', ...rows.map(([a, b]) => `| ${a} | ${b} |`)].join('\n'));
const block = fc.oneof(
  sentence,
  sentence.map((s) => `## ${s}`),
  code,
  list,
  table,
  fc.oneof(sentence, code).map((s) =>
    s
      .split('\n')
      .map((line) => `> ${line}`)
      .join('\n'),
  ),
  code.map(
    (s) =>
      `- item\n\n${s
        .split('\n')
        .map((line) => `  ${line}`)
        .join('\n')}`,
  ),
);
const document = fc.array(block, { maxLength: 10 }).map((blocks) => blocks.join('\n\n'));
const limit = fc.integer({ min: 60, max: 600 });
const anything = fc.oneof(
  document,
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: fc.constantFrom(...'`*_[]()>-|#\n 1.a~'.split('')), maxLength: 200 }),
);

describe('splitMarkdown', () => {
  it('loses nothing and changes the place of nothing', () => {
    fc.assert(
      fc.property(anything, limit, (markdown, most) => {
        const { pieces, files } = splitMarkdown(markdown, { limit: most, measure, files: noFiles });
        fc.pre(files.length === 0);
        expect(reading(pieces)).toBe(reading([parseMarkdown(markdown)]));
      }),
      { numRuns: 300 },
    );
  });

  it('makes no part larger than the platform takes', () => {
    fc.assert(
      fc.property(anything, limit, (markdown, most) => {
        for (const piece of splitMarkdown(markdown, { limit: most, measure }).pieces)
          expect(measure(piece)).toBeLessThanOrEqual(most);
      }),
      { numRuns: 300 },
    );
  });

  it('never cuts a line of code', () => {
    fc.assert(
      fc.property(document, limit, (markdown, most) => {
        const { pieces } = splitMarkdown(markdown, { limit: most, measure, files: noFiles });
        expect(codeLines(pieces)).toEqual(codeLines([parseMarkdown(markdown)]));
      }),
      { numRuns: 200 },
    );
  });

  it('closes a code block that it cuts and opens it again in the same language', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i};`);
    const { pieces } = splitMarkdown(`\`\`\`rust\n${lines.join('\n')}\n\`\`\``, { limit: 100, measure });
    expect(pieces.length).toBeGreaterThan(3);
    expect(pieces.flatMap(leaves)).toEqual(pieces.map(() => expect.objectContaining({ type: 'code', lang: 'rust' })));
    expect(codeLines(pieces)).toEqual(lines);
  });

  it('cuts between blocks rather than inside one', () => {
    const { pieces } = splitMarkdown(`${'one '.repeat(15)}\n\n${'two '.repeat(15)}`, { limit: 100, measure });
    expect(pieces.map((piece) => new Set(plainText(piece).trim().split(' ')))).toEqual([
      new Set(['one']),
      new Set(['two']),
    ]);
  });

  it('cuts between sentences rather than between words', () => {
    const { pieces } = splitMarkdown(`${'First we look at it. '.repeat(3)}${'then '.repeat(20)}`, {
      limit: 100,
      measure,
    });
    expect(plainText(pieces[0]!)).toBe('First we look at it. '.repeat(3));
  });

  it('keeps a heading with what it is the heading of', () => {
    const { pieces } = splitMarkdown(`${'one '.repeat(20)}\n\n## Next\n\n${'two '.repeat(15)}`, {
      limit: 100,
      measure,
    });
    expect(plainText(pieces[1]!)).toMatch(/^Next/);
  });

  it('cuts a monster word between characters as people see them', () => {
    const family = '👩‍👩‍👧‍👦';
    const { pieces } = splitMarkdown(family.repeat(60), { limit: 100, measure });
    expect(pieces.map((piece) => plainText(piece).replaceAll(family, ''))).toEqual(pieces.map(() => ''));
    expect(pieces.length).toBeGreaterThan(5);
  });

  it('cuts even a single character of thousands of marks', () => {
    const zalgo = `a${'\u0301'.repeat(1000)}`;
    const { pieces } = splitMarkdown(zalgo, { limit: 100, measure });
    expect(pieces.map(plainText).join('')).toBe(zalgo);
    expect(pieces.every((piece) => measure(piece) <= 100)).toBe(true);
  });

  it('goes on numbering a list that it cuts, and gives no second bullet to an item that it cuts', () => {
    const { pieces } = splitMarkdown(`1. ${'one '.repeat(20)}\n2. ${'two '.repeat(40)}`, { limit: 100, measure });
    const lists = pieces.flatMap((piece) => piece.children);
    expect(lists).toMatchObject([
      { type: 'list', children: [{}] },
      { type: 'list', start: 2, children: [{}] },
      { type: 'list', start: 2, children: [{ data: { continued: true } }] },
    ]);
  });

  it('makes long code a file and says so in its place', () => {
    const source = Array.from({ length: 61 }, (_, i) => `const a${i} = ${i};`).join('\n');
    const { pieces, files } = splitMarkdown(`Before.\n\n\`\`\`typescript\n${source}\n\`\`\`\n\nAfter.`, {
      limit: 4096,
      measure,
    });
    expect(files.map(({ name, bytes }) => [name, decode(bytes)])).toEqual([['code-1.ts', `${source}\n`]]);
    expect(pieces.map(plainText).join('')).toBe('Before.The code is in the file code-1.ts (61 lines).After.');
  });

  it('makes code with a line that fits into no part a file, wherever it stands', () => {
    const long = 'x'.repeat(150);
    const { files } = splitMarkdown(
      `- a\n\n  \`\`\`\n  ${long}\n  \`\`\`\n\n> \`\`\`python\n> y\n> ${long}\n> \`\`\``,
      { limit: 100, measure },
    );
    expect(files.map(({ name, bytes }) => [name, decode(bytes)])).toEqual([
      ['code-1.txt', `${long}\n`],
      ['code-2.py', `y\n${long}\n`],
    ]);
  });

  it('makes a table with a row that fits into no part a file', () => {
    const { files } = splitMarkdown(`| a | b |\n|---|---|\n| ${'x'.repeat(150)} | [y](https://z.org) |`, {
      limit: 100,
      measure,
    });
    expect(decode(files[0]!.bytes)).toBe(`| a | b |\n| --- | --- |\n| ${'x'.repeat(150)} | y (https://z.org) |\n`);
  });

  it('has nothing to show where there is nothing', () => {
    expect(splitMarkdown(' \n\n ', { limit: 100, measure })).toEqual({ pieces: [], files: [] });
  });
});
