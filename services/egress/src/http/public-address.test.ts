import { describe, expect, it } from 'vitest';
import { isPublicAddress } from './public-address.ts';

const ours = [
  '127.0.0.1',
  '10.1.2.3',
  '172.31.0.1',
  '192.168.1.1',
  '169.254.169.254',
  '100.64.0.1',
  '0.0.0.0',
  '224.0.0.1',
];
const ours6 = [
  '::1',
  '::',
  'fe80::1',
  'fd00::1',
  '::ffff:127.0.0.1',
  '::ffff:8.8.8.8',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
];
const none = ['', 'localhost', '1.1.1', '0x7f.1'];

describe('a public address', () => {
  it.each(['1.1.1.1', '140.82.121.4', '2606:4700::1111'])('is %s', (address) =>
    expect(isPublicAddress(address)).toBe(true),
  );
  it.each(ours.concat(ours6, none))('is not %j', (address) => expect(isPublicAddress(address)).toBe(false));
});
