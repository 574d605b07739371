import { describe, expect, it } from 'vitest';
import { isAllowed, readAllowList } from './allow-list.ts';

describe('the allow-list', () => {
  const list = readAllowList('Example.com, *.internal.test\n.dots.org');
  it.each(['example.com', 'EXAMPLE.COM', 'a.b.example.com', 'example.com.', 'x.internal.test', 'dots.org'])(
    'lets %s through',
    (host) => expect(isAllowed(list, host)).toBe(true),
  );
  it.each([
    'example.org',
    'notexample.com',
    'example.com.evil.org',
    '127.0.0.1',
    '[::1]',
    'localhost',
    '',
    'com',
    'a b',
  ])('does not let %j through', (host) => expect(isAllowed(list, host)).toBe(false));
  it('has the usual ones by one word, and takes nothing that is no domain', () => {
    expect(isAllowed(readAllowList('default example.com'), 'github.com')).toBe(true);
    for (const wrong of ['*', 'http://example.com', '10.0.0.1', 'com', 'exa_mple.com'])
      expect(() => readAllowList(wrong)).toThrow('is no domain');
    expect(readAllowList('').size).toBe(0);
  });
});
