import type { Button } from '@threadbox/schemas';
import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../markdown/parse.ts';
import type { Part } from '../port.ts';
import { LineMessageObject } from '../testing/line-limits.ts';
import { showAddresses } from './addresses.ts';
import { toMessage } from './message.ts';
import { render, renderLive } from './render.ts';
import { toText } from './to-text.ts';

const shown = (markdown: string): string => toText(showAddresses(parseMarkdown(markdown)));
const rendered = (markdown: string, files = true): readonly Part[] => render(markdown, { files }).parts;
const buttons: Button[] = Array.from({ length: 25 }, (_, i) => ({
  label: `${i}`.padEnd(40, '世'),
  value: `v${i}`.padEnd(64, 'y'),
  style: (['primary', 'secondary', 'danger'] as const)[i % 3]!,
}));

const word = fc.constantFrom(
  '**bold**',
  'word',
  '`code`',
  '[a](https://example.org/a?b=c&d=[e])',
  `https://example.com/very/${'long/'.repeat(150)}`,
  '\u001B[31mred\u001B[0m',
  '👩‍👩‍👧‍👦',
  '世界。',
  '"quoted"',
);
const code = fc
  .tuple(fc.constantFrom('ts', 'python', ''), fc.array(fc.stringMatching(/^[ -_a-z]{0,60}$/), { maxLength: 120 }))
  .map(([language, lines]) => `\`\`\`\`${language}\n${lines.join('\n')}\n\`\`\`\``);
const prose = fc.array(word, { minLength: 1, maxLength: 900 }).map((words) => words.join(' '));
const table = fc
  .integer({ min: 1, max: 150 })
  .map((n) => `| a | b |\n|---|--:|\n${'| some cell | https://example.org |\n'.repeat(n)}`);
const block = fc.oneof(
  prose,
  code,
  table,
  prose.map((text) => `> ${text}`),
  fc
    .array(prose, { maxLength: 4 })
    .map((items) => items.map((text, i) => `${i + 1}. ${text}\n   - ${text}`).join('\n')),
  fc.integer({ min: 1, max: 9000 }).map((n) => 'x'.repeat(n)),
);
const document = fc.array(block, { maxLength: 6 }).map((blocks) => blocks.join('\n\n'));

/** Text as people read it, without what a cut adds or takes: white space, the marks of quotes and of items. */
const reading = (texts: readonly string[]): string => texts.join('\n').replaceAll(/[\s>•]/g, '');

const codeLines = (node: Nodes): string[] => {
  if (node.type === 'code') return node.value.split('\n').filter((line) => line.trim() !== '');
  return 'children' in node ? node.children.flatMap(codeLines) : [];
};

describe('render', () => {
  it('makes only messages that LINE takes, with buttons and without, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.oneof(document, fc.string({ unit: 'binary', maxLength: 300 })),
        fc.boolean(),
        (markdown, files) => {
          for (const part of [...rendered(markdown, files), renderLive(markdown, 'Working')]) {
            expect(part.text.length).toBeLessThanOrEqual(5000);
            expect(part.text.trim()).not.toBe('');
            expect(LineMessageObject.safeParse(toMessage(part)).error).toBeUndefined();
            expect(LineMessageObject.safeParse(toMessage(part, buttons)).error).toBeUndefined();
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('loses nothing and changes the place of nothing', () => {
    fc.assert(
      fc.property(document, (markdown) => {
        const texts = rendered(markdown, false).map(({ text }) => text);
        expect(reading(texts)).toBe(reading([shown(markdown)]));
      }),
      { numRuns: 60 },
    );
  });

  it('never cuts a line of code', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(code, prose), { maxLength: 5 }), (blocks) => {
        const markdown = blocks.join('\n\n');
        const lines = new Set(
          rendered(markdown, false).flatMap(({ text }) => text.split('\n').map((line) => line.trimEnd())),
        );
        for (const line of codeLines(parseMarkdown(markdown))) expect(lines).toContain(line.trimEnd());
      }),
      { numRuns: 60 },
    );
  });

  it.each(['', ' \n ', '```\n```', '&nbsp;', '\u200B', '```\n \n```'])(
    'has no part for %j, which shows nothing',
    (markdown) => {
      expect(render(markdown, { files: true })).toEqual({ parts: [], files: [] });
    },
  );

  it('shows short code as a card that names its language and copies it, and a small table in columns', () => {
    const markdown = 'Before\n\n```ts\nconst a = 1;\n  b();\n```\n\n| n | m |\n|--|--:|\n| 1 | |\n\nAfter';
    const parts = rendered(markdown);
    expect(parts.map(({ text }) => text)).toEqual(['Before', 'const a = 1;\n  b();', 'n | m\n———\n1 |', 'After']);
    expect(toMessage(parts[1]!)).toMatchObject({
      type: 'flex',
      altText: 'const a = 1;\n  b();',
      contents: {
        body: { contents: [{ text: 'ts' }, { text: 'const a = 1;\n  b();' }] },
        footer: { contents: [{ action: { type: 'clipboard', clipboardText: 'const a = 1;\n  b();' } }] },
      },
    });
    expect(toMessage(parts[2]!)).toMatchObject({
      contents: {
        body: {
          contents: [
            {
              contents: [
                { text: 'n', weight: 'bold' },
                { text: 'm', align: 'end' },
              ],
            },
            { type: 'separator' },
            { contents: [{ text: '1' }, { text: '–' }] },
          ],
        },
      },
    });
  });

  it('shows everything as text where cards would cost another call', () => {
    const markdown = Array.from({ length: 4 }, (_, i) => `Step ${i}\n\n\`\`\`sh\nrun ${i}\n\`\`\``).join('\n\n');
    expect(rendered(markdown)).toEqual([{ text: [0, 1, 2, 3].map((i) => `Step ${i}\n\nrun ${i}`).join('\n\n') }]);
  });

  it('makes long code a file where there can be files, and text where not', () => {
    const source = Array.from({ length: 100 }, (_, i) => `line ${i}`).join('\n');
    const markdown = `\`\`\`ts\n${source}\n${'y'.repeat(6000)}\n\`\`\``;
    expect(render(markdown, { files: true })).toMatchObject({
      parts: [{ text: 'The code is in the file code-1.ts (101 lines).' }],
      files: [{ name: 'code-1.ts' }],
    });
    const { parts, files } = render(markdown, { files: false });
    expect(files).toEqual([]);
    expect(parts.map(({ text }) => text).join('')).toContain('line 99');
    expect(
      parts
        .map(({ text }) => text)
        .join('')
        .match(/y/g),
    ).toHaveLength(6000);
  });
});

describe('what LINE shows', () => {
  it.each([
    ['# Title\n\ntext', 'Title\n\ntext'],
    ['**bold** *soft* ~~gone~~ `x`', 'bold soft gone x'],
    [
      '3. three\n4. four\n   - nested\n     wrapped\n   - [x] done\n   - [ ] open',
      '3. three\n4. four\n   • nested\n     wrapped\n   • ☑ done\n   • ☐ open',
    ],
    ['- run\n\n  ```\n  a\n    b\n  ```', '• run\n\na\n  b'],
    ['- ```\n  a\n  ```', '•\na'],
    ['> one\n>\n> > two', '> one\n\n> > two'],
    ['a\n\n---\n\nb', 'a\n\n———\n\nb'],
    [
      '[web](https://example.org/a) <https://example.org> [x](y.ts)',
      'web (https://example.org/a) https://example.org x (y.ts)',
    ],
    ['www.example.org me@example.org', 'http://www.example.org me@example.org'],
    ['![a picture](https://example.org/p.png) ![](q.png)', 'a picture (https://example.org/p.png) image (q.png)'],
    ['<b>x</b> <script>y</script>', '<b>x</b> <script>y</script>'],
    ['line one\nline two  \nline three', 'line one\nline two\nline three'],
  ])('shows %j as %j', (markdown, text) => {
    expect(shown(markdown)).toBe(text);
  });
});

describe('renderLive', () => {
  it('closes what is open and says how the work stands', () => {
    expect(renderLive('Some **bold', 'Reading\nfiles')).toEqual({ text: 'Some bold\n\nReading files' });
    expect(renderLive('', '')).toEqual({ text: '…' });
    expect(renderLive('', 'Thinking')).toEqual({ text: 'Thinking' });
  });

  it('says that it leaves out the beginning of a long text', () => {
    const { text } = renderLive(Array.from({ length: 3000 }, (_, i) => `line ${i}`).join('\n'), '');
    expect(text).toMatch(/^…\n+line \d+\n[\s\S]*line 2999$/);
  });
});
