import fc from 'fast-check';
import type { Nodes } from 'mdast';
import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../markdown/parse.ts';
import { seenOnDiscord } from '../testing/discord-reading.ts';
import { render, renderLive } from './render.ts';

const text = (markdown: string): string =>
  render(markdown)
    .parts.map((part) => part.text)
    .join('\n=====\n');

const word = fc.oneof(
  fc.stringMatching(/^[a-z]{1,12}$/),
  fc.constantFrom(
    '**bold**',
    '*soft*',
    '`x = 1`',
    '~~gone~~',
    '[a link](https://example.org/a_b)',
    'https://example.org/c_d',
    'snake_case_name',
    '2 * 3 * 4',
    '@everyone',
    '<@123>',
    ':smile:',
    '||spoiler||',
    '👩‍👩‍👧‍👦',
    '世界。',
  ),
);
const sentence = fc.array(word, { minLength: 1, maxLength: 40 }).map((words) => words.join(' '));
const codeLine = fc.stringMatching(/^[ -_a-z]{0,60}$/);
const code = fc
  .tuple(fc.constantFrom('ts', 'python', ''), fc.array(codeLine, { minLength: 1, maxLength: 50 }))
  .map(([language, lines]) => `\`\`\`\`${language}\n${lines.join('\n')}\n\`\`\`\``);
const list = fc.array(sentence, { minLength: 1, maxLength: 8 }).map((items) => items.map((s) => `- ${s}`).join('\n'));
const table = fc
  .array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 60 })
  .map((rows) => ['| a | b |', '|---|---|', ...rows.map((cell) => `| ${cell} | some words |`)].join('\n'));
const block = fc.oneof(
  sentence,
  sentence.map((s) => `## ${s}`),
  sentence.map((s) => `> ${s}`),
  code,
  list,
  table,
  fc.integer({ min: 1, max: 5000 }).map((n) => 'x'.repeat(n)),
);
const document = fc.array(block, { maxLength: 8 }).map((blocks) => blocks.join('\n\n'));

const reading = (node: Nodes): string => {
  if ('children' in node) return node.children.map(reading).join(' ');
  return 'value' in node ? node.value : '';
};
const letters = (shown: string): string => shown.replaceAll(/[^\p{L}\p{N}_*@:|<>=]/gu, '');

describe('render', () => {
  it('has no part over the limit, whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(document, fc.string({ unit: 'binary', maxLength: 3000 })), (markdown) => {
        for (const part of [...render(markdown).parts, renderLive(markdown, 'Working')]) {
          expect(part.text.length).toBeLessThanOrEqual(2000);
          expect(part.text.trim()).not.toBe('');
        }
      }),
      { numRuns: 100 },
    );
  });

  it('loses no words and changes the place of none', () => {
    const prose = fc.array(
      fc.oneof(
        sentence,
        list,
        sentence.map((s) => `## ${s}`),
        code,
      ),
      { maxLength: 12 },
    );
    fc.assert(
      fc.property(prose, (blocks) => {
        const markdown = blocks.join('\n\n');
        const { parts, files } = render(markdown);
        fc.pre(files.length === 0);
        const seen = parts.map((part) => seenOnDiscord(part.text)).join('\n');
        expect(letters(seen)).toBe(letters(reading(parseMarkdown(markdown))));
      }),
      { numRuns: 100 },
    );
  });

  it('never cuts a line of code, and every piece of it is a block in the same language', () => {
    const lines = fc.array(fc.stringMatching(/^[a-z ]{1,70}x$/), { minLength: 20, maxLength: 58 });
    fc.assert(
      fc.property(lines, (source) => {
        const { parts, files } = render(`Before.\n\n\`\`\`rust\n${source.join('\n')}\n\`\`\``);
        fc.pre(files.length === 0);
        const pieces = parts.flatMap((part) => [...part.text.matchAll(/```rust\n([\s\S]*?)\n```/g)]);
        expect(pieces.flatMap((piece) => piece[1]!.split('\n'))).toEqual(source);
      }),
      { numRuns: 60 },
    );
  });

  it.each([
    ['# One *two*', '# One *two*'],
    ['#### Four', '**Four**'],
    ['a *b **c** d*', 'a *b **c** d*'],
    ['a *2 \\* 3*', 'a _2 \\* 3_'],
    ['***x***', '***x***'],
    ['- one\n  - two\n- three', '- one\n  - two\n- three'],
    ['3. c\n4. d', '3. c\n4. d'],
    ['- [x] done\n- [ ] open', '- ☑ done\n- ☐ open'],
    ['> a\n>\n> b', '> a\n> \n> b'],
    ['```ts\nx\n```', '```ts\nx\n```'],
    ['- a\n\n  ```\n  x\n  ```', '- a\n```\nx\n```'],
    ['| a | b |\n|---|--:|\n| 1 | 20 |', '```\na |  b\n--+---\n1 | 20\n```'],
    ['one\n\n---\n\ntwo', 'one\n\n⸻\n\ntwo'],
    ['`` a`b ``', '``a`b``'],
    ['[t](https://x.org/a)', '[t](<https://x.org/a>)'],
    ['[t](<https://x.org/a)_(b>)', '[t](<https://x.org/a%29_%28b>)'],
    ['https://x.org/a_b', '<https://x.org/a_b>'],
    ['[https://good.org](https://bad.org)', String.raw`https\://good.org (<https://bad.org>)`],
    ['[https](https://x.org)', '[https](<https://x.org>)'],
    ['[a.ts](https://x.org/a.ts)', '[a.ts](<https://x.org/a.ts>)'],
    ['[t](src/a.ts)', 't (src/a.ts)'],
    ['![alt](https://x.org/i.png)', '[alt](<https://x.org/i.png>)'],
  ])('writes %j as %j', (markdown, expected) => {
    expect(text(markdown)).toBe(expected);
  });

  it.each([
    '<script>alert(1)</script> <@123> <#4> <@&5> <t:1:R> </claude:1>',
    '@everyone @here :tada: ||secret|| \\_\\_under\\_\\_',
    '\\# no heading',
    '\\- no list',
    '1\\. no list',
    '\\-# not small',
    '\\>>> no quote',
    'a\\*b\\*c \\~\\~d\\~\\~ \\`e\\`',
    '\\[t](https\\://x.org)',
  ])('shows %j as it was meant', (markdown) => {
    const meant = reading(parseMarkdown(markdown)).replaceAll(/\s/g, '');
    expect(seenOnDiscord(text(markdown)).replaceAll(/\s/g, '')).toBe(meant);
    expect(text(markdown)).not.toMatch(/(?<!\\)<[@#t/]|(?<!\\)@(everyone|here)|(?<!\\)\|\|/);
  });

  it('ends no block of code early', () => {
    const shown = text('````md\n```\ninside\n```\n````');
    expect(shown.match(/```/g)).toHaveLength(2);
    expect(shown.replaceAll('\u200B', '')).toBe('```md\n```\ninside\n```\n```');
  });

  it.each(['', ' \n ', '```\n```', '&nbsp;', '\u200B', '```\n \n```'])(
    'has no part for %j, which shows nothing',
    (markdown) => {
      expect(render(markdown)).toEqual({ parts: [], files: [] });
    },
  );

  it('shows code that looks like a rule', () => {
    expect(text('```\n---\n```')).toBe('```\n---\n```');
  });
});

describe('renderLive', () => {
  it('closes what is open and says, small, how the work stands', () => {
    expect(renderLive('Some **bold', 'Reading *files*')).toEqual({ text: 'Some **bold**\n-# Reading \\*files\\*' });
  });

  it('shows something even before there is anything', () => {
    expect(renderLive('', '')).toEqual({ text: '…' });
    expect(renderLive('', 'Thinking')).toEqual({ text: '-# Thinking' });
  });

  it('says that it leaves out the beginning of a long text', () => {
    const shown = renderLive(Array.from({ length: 3000 }, (_, i) => `line ${i}`).join('\n'), '').text;
    expect(shown).toMatch(/^…\n+line \d+\n[\s\S]*line 2999$/);
  });
});
