import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { credentialKind } from './kind.ts';

const random = randomBytes(48).toString('base64url');

it('tells an API key from a subscription by its prefix', () => {
  expect(credentialKind(`sk-ant-api03-${random}`)).toBe('api-key');
  expect(credentialKind(`sk-ant-oat01-${random}`)).toBe('subscription');
});

it.each([
  '',
  'changeme',
  'sk-ant-api03-...',
  `sk-ant-api03-${'x'.repeat(90)}`,
  `sk-${random}`,
  ` sk-ant-api03-${random}`,
  `sk-ant-api03-${random}\nx`,
  `sk-ant-api03-${random.repeat(20)}`,
])('takes no placeholder and nothing else: %j', (value) => {
  expect(credentialKind(value)).toBeUndefined();
});
