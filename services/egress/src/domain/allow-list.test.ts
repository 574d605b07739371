import { describe, expect, it } from 'vitest';
import { isAllowed, readAllowList } from './allow-list.ts';
import { isPublicAddress } from './public-address.ts';

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

describe('a public address', () => {
  it.each(['1.1.1.1', '140.82.121.4', '2606:4700::1111'])('is %s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
  it.each([
    ...['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1'],
    ...['::1', '::', 'fe80::1', 'fd00::1', '::ffff:127.0.0.1', '::ffff:8.8.8.8', '64:ff9b::7f00:1', '2002:7f00:1::'],
    ...['', 'localhost', '1.1.1', '0x7f.1'],
  ])('is not %s', (address) => expect(isPublicAddress(address)).toBe(false));
});
