import { describe, expect, it } from 'vitest';
import { AllowList } from './allow-list.ts';
import { coveringDomain, readSaidDomain } from './domain.ts';

describe('the allow-list', () => {
  const list = AllowList.parse('Example.com, *.internal.test\n.dots.org');
  it.each(['example.com', 'EXAMPLE.COM', 'a.b.example.com', 'example.com.', 'x.internal.test', 'dots.org'])(
    'covers %s',
    (host) => expect(coveringDomain(list, host)).toBeDefined(),
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
  ])('does not cover %j', (host) => expect(coveringDomain(list, host)).toBeUndefined());
  it('has the usual ones by one word, and takes nothing that is no domain', () => {
    expect(coveringDomain(AllowList.parse('default example.com'), 'api.github.com')).toBe('github.com');
    for (const wrong of ['*', 'http://example.com', '10.0.0.1', 'com', 'exa_mple.com', `${'a.'.repeat(140)}com`])
      expect(() => AllowList.parse(wrong)).toThrow('is no domain');
    expect(AllowList.parse('').size).toBe(0);
    expect(AllowList.parse(undefined).has('github.com')).toBe(true);
  });
});

describe('a domain that somebody says', () => {
  it.each([
    'x.example',
    'X.Example.',
    '*.x.example',
    'https://x.example/a?b=c',
    '`x.example`',
    '<http://x.example|x.example>',
    '<https://x.example/>',
    'x.example:443',
    '[x.example](http://x.example)',
  ])('is x.example, said as %s', (said) => expect(readSaidDomain(said)).toBe('x.example'));
  it.each(['x', '10.0.0.1', '[::1]', 'http://', '', 'a b.c', '169.254.169.254'])('is none: %j', (said) =>
    expect(readSaidDomain(said)).toBeUndefined(),
  );
});
