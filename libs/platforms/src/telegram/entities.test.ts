import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMarkdown } from '../markdown/parse.ts';
import { showAddresses } from './addresses.ts';
import { toEntities } from './entities.ts';

const written = (markdown: string): ReturnType<typeof toEntities> => toEntities(showAddresses(parseMarkdown(markdown)));

/** Each mark with the text that it covers. */
const marked = (markdown: string): [string, string][] => {
  const { text, entities } = written(markdown);
  return entities.map(({ type, offset, length }) => [type, text.slice(offset, offset + length)]);
};

describe('toEntities', () => {
  it('marks styles, counting in UTF-16 code units', () => {
    expect(written('👩‍👩‍👧 **bold** and *soft* ~~gone~~ `x`')).toEqual({
      text: '👩‍👩‍👧 bold and soft gone x',
      entities: [
        { type: 'bold', offset: 9, length: 4 },
        { type: 'italic', offset: 18, length: 4 },
        { type: 'strikethrough', offset: 23, length: 4 },
        { type: 'code', offset: 28, length: 1 },
      ],
    });
  });

  it('nests styles, and leaves code out of them', () => {
    expect(marked('**bold *both* `code` on**')).toEqual([
      ['bold', 'bold both '],
      ['italic', 'both'],
      ['code', 'code'],
      ['bold', ' on'],
    ]);
  });

  it('shows code with its language, and its text to the letter', () => {
    expect(written('```ts\nconst a = `**b**`;\n\n  // <x> & y\n```')).toEqual({
      text: 'const a = `**b**`;\n\n  // <x> & y',
      entities: [{ type: 'pre', offset: 0, length: 32, language: 'ts' }],
    });
  });

  it('numbers and nests lists', () => {
    expect(written('3. three\n4. four\n   - nested **x**\n     wrapped\n   - [x] done\n   - [ ] open').text).toBe(
      '3. three\n4. four\n   ◦ nested x\n     wrapped\n   ◦ ☑ done\n   ◦ ☐ open',
    );
  });

  it('keeps code in a list as it is', () => {
    expect(written('- run\n\n  ```\n  a\n    b\n  ```').text).toBe('• run\n\na\n  b');
  });

  it('quotes once, however deep', () => {
    expect(marked('> one\n>\n> > two **b**')).toEqual([
      ['blockquote', 'one\n\ntwo b'],
      ['bold', 'b'],
    ]);
  });

  it('shows headings bold and rules as lines', () => {
    expect(marked('# Title with `code`\n\n---\n\ntext')).toEqual([
      ['bold', 'Title with '],
      ['code', 'code'],
    ]);
  });

  it('aligns tables as code', () => {
    expect(written('| name | n |\n|:--|--:|\n| a | 1 |\n| 世界 | 100 |')).toEqual({
      text: 'name |   n\n-----+----\na    |   1\n世界 | 100',
      entities: [{ type: 'pre', offset: 0, length: 41 }],
    });
  });

  it('links what Telegram can link, and writes out every other address', () => {
    expect(marked('[web](https://example.org/a) **[bold](https://example.org/b)**')).toEqual([
      ['text_link', 'web'],
      ['bold', 'bold'],
      ['text_link', 'bold'],
    ]);
    expect(
      written('[file](src/a.ts) [dev](http://localhost:3000) [who](tg://user?id=1) [js](javascript:alert)'),
    ).toEqual({
      text: 'file (src/a.ts) dev (http://localhost:3000) who (tg://user?id=1) js (javascript:alert)',
      entities: [],
    });
    expect(marked('![a picture](https://example.org/p.png)')).toEqual([['text_link', 'a picture']]);
  });

  it('leaves HTML as the text that it is', () => {
    expect(written('<b>x</b> <script>y</script>\n\n<div>\nz\n</div>')).toEqual({
      text: '<b>x</b> <script>y</script>\n\n<div>\nz\n</div>',
      entities: [],
    });
  });

  it('never marks what is not there, nor half a character, and nests marks properly', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '**',
        '*',
        '`',
        '~~',
        '> ',
        '- ',
        '1. ',
        '\n',
        '\n\n',
        '```\n',
        '[a](https://e.org)',
        '| a |\n|---|\n',
        '# ',
        '😀',
        ' ',
        'x',
      ),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const { text, entities } = written(pieces.join(''));
        expect(text).toBe(text.trimEnd());
        for (const { offset, length } of entities) {
          expect(offset >= 0 && length > 0 && offset + length <= text.length).toBe(true);
          expect(text.slice(offset, offset + length).isWellFormed()).toBe(true);
        }
        for (const [i, a] of entities.entries())
          for (const b of entities.slice(i + 1)) {
            expect(b.offset >= a.offset).toBe(true);
            expect(b.offset >= a.offset + a.length || b.offset + b.length <= a.offset + a.length).toBe(true);
          }
      }),
      { numRuns: 500 },
    );
  });
});
