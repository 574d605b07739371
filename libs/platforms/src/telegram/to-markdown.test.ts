import { describe, expect, it } from 'vitest';
import { toMarkdown } from './to-markdown.ts';

describe('what a person formatted', () => {
  it('becomes Markdown', () => {
    const entities = [
      { type: 'bold', offset: 0, length: 4 },
      { type: 'code', offset: 5, length: 4 },
      { type: 'text_link', offset: 10, length: 4, url: 'https://example.com/' },
    ];
    expect(toMarkdown('Run this here', entities.slice(0, 2))).toBe('**Run **t`his `here');
    expect(toMarkdown('Bold code link', entities)).toBe('**Bold** `code` [link](https://example.com/)');
  });
  it('keeps its order where marks begin or end together', () => {
    const nested = [
      { type: 'bold', offset: 0, length: 6 },
      { type: 'italic', offset: 0, length: 3 },
      { type: 'strikethrough', offset: 3, length: 3 },
    ];
    expect(toMarkdown('abcdef', nested)).toBe('***abc*~~def~~**');
  });
  it('counts as Telegram does', () => {
    expect(toMarkdown('👍 ok', [{ type: 'bold', offset: 3, length: 2 }])).toBe('👍 **ok**');
  });
  it('stays as it is where nothing is marked, or marked in a way that shows anyway', () => {
    expect(toMarkdown('a *b* @ana', [{ type: 'mention', offset: 6, length: 4 }])).toBe('a *b* @ana');
    expect(toMarkdown('short', [{ type: 'bold', offset: 9, length: 4 }])).toBe('short');
  });
  it('is a fence with its language for code blocks', () => {
    expect(toMarkdown('let a', [{ type: 'pre', offset: 0, length: 5, language: 'ts' }])).toBe('```ts\nlet a\n```');
  });
});
