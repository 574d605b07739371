import fc from 'fast-check';
import type { Root } from 'mdast';
import { describe, expect, it } from 'vitest';
import { parseMarkdown } from './parse.ts';
import { plainText } from './plain-text.ts';
import { recentMarkdown, tailOf } from './tail.ts';

const measure = (piece: Root): number => plainText(piece).length;

describe('tailOf', () => {
  it('is the end of the text, and fits', () => {
    const block = fc.constantFrom(
      'one two three. four',
      '```\nx\ny\nz\n```',
      '- a\n- b c d',
      'x'.repeat(200),
      '👩‍👩‍👧‍👦'.repeat(30),
    );
    fc.assert(
      fc.property(
        fc.array(block, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 20, max: 200 }),
        (blocks, limit) => {
          const whole = parseMarkdown(blocks.join('\n\n'));
          const tail = tailOf(whole, { limit, measure });
          expect(measure(tail)).toBeLessThanOrEqual(limit);
          expect(measure(tail)).toBeGreaterThan(0);
          expect(plainText(whole).endsWith(plainText(tail))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('shows the end even of a line of code that fits into no part', () => {
    const tail = tailOf(parseMarkdown(`\`\`\`json\n${'a'.repeat(300)}z`), { limit: 100, measure });
    expect(tail.children).toMatchObject([{ type: 'code', lang: 'json' }]);
    expect(plainText(tail)).toBe(`${'a'.repeat(99)}z`);
  });
});

describe('recentMarkdown', () => {
  const code = Array.from({ length: 50 }, (_, i) => `line ${i}`);

  it('opens a fence again that it cuts into', () => {
    expect(recentMarkdown(`Text\n\n\`\`\`ts\n${code.join('\n')}`, 20)).toBe('```ts\nline 48\nline 49');
  });

  it('opens none that was closed before', () => {
    expect(recentMarkdown(`\`\`\`ts\n${code.join('\n')}\n\`\`\`\none\ntwo`, 9)).toBe('one\ntwo');
  });

  it('leaves a short text as it is', () => {
    expect(recentMarkdown('one\ntwo', 100)).toBe('one\ntwo');
  });
});
