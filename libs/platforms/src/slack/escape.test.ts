import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasSlackToken } from '../testing/slack-visible.ts';
import { escapeGrowing, escapeMrkdwn, unescape } from './escape.ts';

const text = fc
  .array(fc.constantFrom('<', '@', '!', '#', ':', '/', 'http', 'a', '>', ' '))
  .map((parts) => parts.join(''));

describe('a text that grows', () => {
  it('only grows once it is made safe, wherever it is cut', () => {
    fc.assert(
      fc.property(text, fc.nat(), (whole, at) => {
        const begun = whole.slice(0, at % (whole.length + 1));
        expect(escapeGrowing(whole).startsWith(escapeGrowing(begun))).toBe(true);
      }),
    );
  });

  it('mentions nobody and holds no address', () => {
    fc.assert(
      fc.property(text, (whole) => {
        const safe = escapeGrowing(whole);
        expect(/<[@!#]/.test(safe)).toBe(false);
        expect(safe).not.toContain('://');
      }),
    );
  });
});

it('the words of a notification are no markup of Slack’s', () => {
  fc.assert(
    fc.property(text, (whole) => {
      expect(hasSlackToken(escapeMrkdwn(whole))).toBe(false);
      expect(unescape(escapeMrkdwn(whole))).toBe(whole);
    }),
  );
});
