import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entitiesOf, render, renderLive } from './render.ts';

describe('render', () => {
  it('has no part over Telegram’s limits, whatever it is given', () => {
    const block = fc.oneof(
      fc
        .array(fc.constantFrom('**bold**', 'word', '`code`', '[a](https://example.org)', '👩‍👩‍👧‍👦'), { maxLength: 400 })
        .map((words) => words.join(' ')),
      fc.integer({ min: 1, max: 200 }).map((n) => `\`\`\`ts\n${'const a = 1;\n'.repeat(n)}\`\`\``),
      fc.integer({ min: 1, max: 100 }).map((n) => `| a | b |\n|---|---|\n${'| some cell | another |\n'.repeat(n)}`),
      fc.integer({ min: 1, max: 9000 }).map((n) => 'x'.repeat(n)),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        const markdown = blocks.join('\n\n');
        for (const part of [...render(markdown).parts, renderLive(markdown, 'Working')]) {
          expect(part.text.length).toBeLessThanOrEqual(4096);
          expect(part.text.trim()).not.toBe('');
          expect(entitiesOf(part)?.length ?? 0).toBeLessThanOrEqual(101);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(['', ' \n ', '```\n```', '&nbsp;', '\u200B', '```\n \n```'])(
    'has no part for %j, which shows nothing',
    (markdown) => {
      expect(render(markdown)).toEqual({ parts: [], files: [] });
    },
  );

  it('keeps the indentation of code that a part begins with', () => {
    expect(render('```\n    x\n```').parts).toEqual([
      { text: '    x', markup: [{ type: 'pre', offset: 0, length: 5 }] },
    ]);
  });
});

describe('renderLive', () => {
  it('closes what is open and says how the work stands', () => {
    expect(renderLive('Some **bold', 'Reading files')).toEqual({
      text: 'Some bold\n\nReading files',
      markup: [
        { type: 'bold', offset: 5, length: 4 },
        { type: 'italic', offset: 11, length: 13 },
      ],
    });
  });

  it('shows something even before there is anything', () => {
    expect(renderLive('', '')).toEqual({ text: '…' });
    expect(renderLive('', 'Thinking')).toEqual({
      text: 'Thinking',
      markup: [{ type: 'italic', offset: 0, length: 8 }],
    });
  });

  it('says that it leaves out the beginning of a long text', () => {
    const { text } = renderLive(Array.from({ length: 3000 }, (_, i) => `line ${i}`).join('\n'), '');
    expect(text).toMatch(/^…\n+line \d+\n[\s\S]*line 2999$/);
  });
});
