import type { Button } from '@threadbox/schemas';
import { describe, expect, it } from 'vitest';
import { LineMessageObject } from '../testing/line-limits.ts';
import { uriOf } from './addresses.ts';
import { asCopy, toMessage } from './message.ts';

const button = (label: string, style: Button['style'] = 'primary', prompt?: string): Button => ({
  label,
  value: `is:${label}`,
  style,
  ...(prompt !== undefined && { prompt }),
});
const textsIn = (message: unknown): string[] => {
  if (typeof message !== 'object' || message === null) return [];
  const own = 'type' in message && message.type === 'text' && 'text' in message ? [String(message.text)] : [];
  return [...own, ...Object.values(message).flatMap(textsIn)];
};

describe('toMessage', () => {
  it('leaves a text a text', () => {
    expect(toMessage({ text: 'Hello' })).toEqual({ type: 'text', text: 'Hello' });
  });

  it('puts buttons into the message itself, so that they stand until they are pressed', () => {
    const message = toMessage({ text: 'May I?' }, [
      button('Yes'),
      button('No', 'danger'),
      button('Later', 'secondary'),
    ]);
    expect(message).toMatchObject({
      type: 'flex',
      altText: 'May I?',
      contents: {
        body: { contents: [{ text: 'May I?' }] },
        footer: {
          contents: [
            { style: 'primary', action: { type: 'postback', label: 'Yes', data: 'is:Yes', displayText: 'Yes' } },
            { style: 'primary', color: '#B3261E', action: { label: 'No' } },
            { style: 'secondary', action: { label: 'Later' } },
          ],
        },
      },
    });
    expect(message).not.toHaveProperty('quickReply');
  });

  it('leaves out a button that asks for words', () => {
    expect(toMessage({ text: 'What?' }, [button('Other', 'secondary', 'Say it')])).toEqual({
      type: 'text',
      text: 'What?',
    });
  });

  it('never gives LINE an address to fetch: it becomes a button', () => {
    const text = 'See https://example.org/a';
    expect(toMessage({ text, markup: { uris: ['https://example.org/a'] } })).toMatchObject({
      type: 'flex',
      contents: {
        body: { contents: [{ text }] },
        footer: { contents: [{ action: { type: 'uri', label: 'example.org/a', uri: 'https://example.org/a' } }] },
      },
    });
    for (const hidden of ['curl HTTP://evil.example/?q=1', 'www.example.org'])
      expect(toMessage({ text: hidden })).toMatchObject({
        type: 'flex',
        contents: { body: { contents: [{ text: hidden }] } },
      });
  });

  it('shows the longest text whole, in order, above buttons', () => {
    const lines = Array.from({ length: 499 }, (_, i) => `line ${String(i).padStart(4, '0')}`);
    for (const separator of ['\n', ' ']) {
      const text = lines.join(separator);
      const message = toMessage({ text }, [button('Yes')]);
      expect(LineMessageObject.safeParse(message).error).toBeUndefined();
      expect(textsIn(message).join(separator)).toBe(text);
    }
    const cjk = toMessage(
      { text: '世'.repeat(4999) },
      Array.from({ length: 25 }, (_, i) => button(`${i}`.padEnd(40, '世'))),
    );
    expect(LineMessageObject.safeParse(cjk).error).toBeUndefined();
    expect(textsIn(cjk).join('')).toBe('世'.repeat(4999));
    for (const text of ['𝒳'.repeat(2400), `x${'𝒳'.repeat(2400)}`])
      expect(textsIn(toMessage({ text }, [button('Yes')])).join('')).toBe(text);
  });
});

describe('asCopy', () => {
  it('says so in one more message, or in the last where five are the most', () => {
    const five = Array.from({ length: 5 }, (_, i) => toMessage({ text: `${i}` }));
    expect(textsIn(asCopy([toMessage({ text: 'a' })], 5))).toEqual(['a', expect.stringContaining('sent again')]);
    expect(textsIn(asCopy(five, 5)).at(-1)).toMatch(/^4\n\n\(sent again/);
    const flex = [...five.slice(1), toMessage({ text: 'May I?' }, [button('Yes')])];
    const marked = asCopy(flex, 5);
    expect(textsIn(marked).slice(-2)).toEqual(['May I?', expect.stringContaining('sent again')]);
    for (const message of marked) expect(LineMessageObject.safeParse(message).error).toBeUndefined();
  });
});

describe('uriOf', () => {
  it.each([
    ['https://example.org', 'https://example.org/'],
    ['HTTP://Example.org/a b?c={d}|[e]', 'http://example.org/a%20b?c=%7Bd%7D%7C%5Be%5D'],
    ['https://例え.jp/パス', 'https://xn--r8jz45g.jp/%E3%83%91%E3%82%B9'],
    ['https://example.org/100%', 'https://example.org/100%25'],
    ['src/a.ts', undefined],
    ['javascript:alert(1)', undefined],
    ['https://', undefined],
    ['https://[::1]/', undefined],
    [`https://example.org/${'a'.repeat(1000)}`, undefined],
  ])('makes %j %j', (url, uri) => {
    expect(uriOf(url)).toBe(uri);
  });
});
