import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasSlackToken, visible } from '../testing/slack-visible.ts';
import { parseMarkdown } from '../markdown/parse.ts';
import { render, renderLive } from './render.ts';

const texts = (markdown: string): string[] => render(markdown).parts.map(({ text }) => text);

const word = fc.oneof(
  fc.stringMatching(/^[a-z]{1,12}$/),
  fc.constantFrom('**bold**', '*soft*', '`a < b`', '[a link](https://example.org/a?b=1&c=2)', '👩‍👩‍👧‍👦', '世界。'),
  fc.constantFrom(
    '<@U123>',
    '<!channel>',
    '<https://evil.example|good>',
    'a_b*c',
    '&lt;',
    '&amp;lt;',
    '\\',
    '#x',
    '1.',
  ),
);
const sentence = fc.array(word, { minLength: 1, maxLength: 300 }).map((words) => words.join(' '));
const code = fc
  .tuple(fc.constantFrom('ts', 'python', ''), fc.array(fc.stringMatching(/^[ -_a-z]{0,60}$/), { maxLength: 55 }))
  .map(([language, lines]) => `\`\`\`\`${language}\n${lines.join('\n')}\n\`\`\`\``);
const list = fc.array(sentence, { minLength: 1, maxLength: 6 }).map((items) => items.map((s) => `- ${s}`).join('\n'));
const document = fc.array(fc.oneof(sentence, code, list, fc.constant('x'.repeat(13_000))), { maxLength: 8 });

/** What is read, without what a cut may fall on. */
const reading = (text: string): string => text.replaceAll(/\s/g, '');

describe('render', () => {
  it('has no part over Slack’s limit, and mentions nobody, whatever it is given', () => {
    fc.assert(
      fc.property(document, (blocks) => {
        const markdown = blocks.join('\n\n');
        for (const { text } of [...render(markdown).parts, renderLive(markdown, 'Working on <!here>')]) {
          expect(text.length).toBeLessThanOrEqual(12_000);
          expect(text.trim()).not.toBe('');
          expect(hasSlackToken(text)).toBe(false);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('loses nothing and changes no places', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(sentence, list), { maxLength: 8 }), (blocks) => {
        const markdown = blocks.join('\n\n');
        expect(reading(texts(markdown).map(visible).join(''))).toBe(reading(visible(markdown)));
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the language of a fence, and every line of it whole, in each part', () => {
    const lines = Array.from({ length: 50 }, (_, i) => `const value${i} = '${'<'.repeat(40)}';`);
    const block = `\`\`\`ts\n${lines.join('\n')}\n\`\`\``;
    const markdown = [block, 'word '.repeat(1900), block, block, block].join('\n\n');
    const codes = texts(markdown).flatMap((text) => parseMarkdown(text).children.filter(({ type }) => type === 'code'));
    expect(texts(markdown).length).toBeGreaterThan(1);
    expect(codes.every((node) => node.type === 'code' && node.lang === 'ts')).toBe(true);
    expect(codes.flatMap((node) => (node.type === 'code' ? node.value.split('\n') : []))).toEqual(
      Array.from({ length: 4 }, () => lines).flat(),
    );
  });

  it.each(['', ' \n ', '```\n```', '\u200B', '```\n \n```'])('has no part for %j, which shows nothing', (markdown) => {
    expect(render(markdown)).toEqual({ parts: [], files: [] });
  });

  it.each([
    ['Hello <@U1>, <!channel> & <b>', 'Hello &lt;@U1&gt;, &lt;!channel&gt; & &lt;b&gt;'],
    ['`Map<string>` and `<!here>`', '`Map<string>` and `&lt;!here>`'],
    ['written out: `&lt;`', 'written out: `&amp;lt;`'],
    ['\\*stars\\* and snake_case', '\\*stars\\* and snake_case'],
    ['a*b*c', 'a*b*c'],
    ['![a cat](https://example.org/cat.png)', '[a cat](https://example.org/cat.png)'],
    ['[here](/relative)', 'here (/relative)'],
    ['[x](https://example.org/?a=1&b=(2))', '[x](https://example.org/?a=1&b=%282%29)'],
    ['see https://example.org/a_b', 'see [https://example.org/a_b](https://example.org/a_b)'],
    ['- [x] done\n- [ ] open', '- ☑ done\n- ☐ open'],
    ['| a | b |\n|---|---|\n| 1 | 2 |', '```\na | b\n--+--\n1 | 2\n```'],
    ['one  \ntwo', 'one  \ntwo'],
    ['<!-- html -->', '&lt;!-- html --&gt;'],
  ])('writes %j as %j', (markdown, text) => {
    expect(texts(markdown)).toEqual([text]);
  });

  it('makes code that is long a file', () => {
    const { parts, files } = render(`\`\`\`py\n${'print(1)\n'.repeat(80)}\`\`\``);
    expect(files.map(({ name }) => name)).toEqual(['code-1.py']);
    expect(visible(parts[0]!.text)).toContain('code-1.py');
  });
});

describe('renderLive', () => {
  it('closes what is open and says how the work stands', () => {
    expect(renderLive('Some **bold', 'Reading *files*').text).toBe('Some **bold**\n\n_Reading \\*files\\*_');
  });

  it('shows something even before there is anything', () => {
    expect(renderLive('', '').text).toBe('…');
    expect(renderLive('', 'Thinking').text).toBe('_Thinking_');
  });

  it('says that it leaves out the beginning of a long text', () => {
    const { text } = renderLive(Array.from({ length: 3000 }, (_, i) => `line ${i}`).join('\n'), '');
    expect(text).toMatch(/^…\n+line \d+\n[\s\S]*line 2999$/);
  });
});
