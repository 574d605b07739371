import { describe, expect, it } from 'vitest';
import { parseMarkdown } from './parse.ts';
import { plainText } from './plain-text.ts';

describe('parseMarkdown', () => {
  it('gives references their addresses, so that each piece stands alone', () => {
    expect(parseMarkdown('[a][1] ![b][1]\n\n[1]: https://example.org')).toMatchObject({
      children: [
        { children: [{ type: 'link', url: 'https://example.org' }, {}, { type: 'image', url: 'https://example.org' }] },
      ],
    });
  });

  it('shows a definition that nothing uses, and a footnote where it is defined', () => {
    expect(parseMarkdown('Text[^n]\n\n[^n]: the note\n\n[x]: https://example.org').children.map(plainText)).toEqual([
      'Text[n]',
      '[n] the note',
      '[x]: https://example.org',
    ]);
  });

  it.each([
    ['quotes in quotes', '>'.repeat(5000)],
    ['lists in lists', '- '.repeat(5000)],
    ['lists in lists, line by line', Array.from({ length: 100 }, (_, i) => `${'  '.repeat(i)}- a`).join('\n')],
    ['emphasis in emphasis', '*a **b '.repeat(300) + 'c** d*'.repeat(300)],
    ['stars without end', '*a**'.repeat(25_000)],
    ['brackets without end', '['.repeat(50_000)],
  ])('takes %s as plain text', (_, text) => {
    expect(parseMarkdown(`${text} x`).children).toMatchObject([{ type: 'paragraph', children: [{ type: 'text' }] }]);
  });

  it('still reads a long code block full of stars', () => {
    expect(parseMarkdown(`\`\`\`\n${'**a** [b]\n'.repeat(1000)}\`\`\`\n\n**after**`).children).toMatchObject([
      { type: 'code' },
      { type: 'paragraph', children: [{ type: 'strong' }] },
    ]);
  });
});
