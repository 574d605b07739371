import { describe, expect, it } from 'vitest';
import { richText } from './rich-text.ts';

const block = (...elements: object[]) => [{ type: 'rich_text', block_id: 'b', elements }];
const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });
const text = (words: string, style?: object) => ({ type: 'text', text: words, ...(style && { style }) });

describe('what people format', () => {
  it('becomes Markdown, with the marks around the words', () => {
    const words = section(
      text('Run '),
      text('ls -la', { code: true }),
      text(' now ', { bold: true }),
      text('<please>'),
    );
    expect(richText(block(words))).toBe('Run `ls -la` **now** &lt;please&gt;');
    expect(richText(block(section(text('both', { bold: true, italic: true }))))).toBe('***both***');
  });

  it('keeps mentions, channels and links as they are on the wire', () => {
    const words = section(
      { type: 'user', user_id: 'U1' },
      text(' '),
      { type: 'link', url: 'https://example.com/a', text: 'this' },
      { type: 'emoji', name: 'tada' },
      text('!', { strike: true }),
    );
    expect(richText(block(words))).toBe('<@U1> <https://example.com/a|this>🎉~~!~~');
  });

  it('knows blocks of code, quotations and lists', () => {
    const items = ['one', 'two'].map((words) => section(text(words)));
    expect(
      richText(
        block(
          section(text('See:\n')),
          { type: 'rich_text_preformatted', elements: [text('a < b\n*c*')], language: 'ts' },
          { type: 'rich_text_quote', elements: [text('said\nbefore')] },
          { type: 'rich_text_list', style: 'ordered', elements: items },
          { type: 'rich_text_list', style: 'bullet', indent: 1, elements: items },
        ),
      ),
    ).toBe('See:\n```ts\na &lt; b\n*c*\n```\n&gt; said\n&gt; before\n1. one\n2. two\n  - one\n  - two');
  });

  it('is left to the text where nothing is formatted, or the shape is not known', () => {
    expect(richText(block(section(text('plain *stars*'))))).toBeUndefined();
    for (const other of [undefined, [], [{ type: 'section' }], block({ type: 'rich_text_new', elements: [] })])
      expect(richText(other)).toBeUndefined();
  });
});
