import { expect, it } from 'vitest';
import { deriveId } from './ids.ts';

it.each([
  [['commit', 'session', 'turn', 1], 'ee040d5e-10d8-50b1-a81e-178be4f95d29'],
  [['ü€😀'], '3bf4d75b-d129-533a-b521-0e7bd2ce9c3b'],
  [[], '6f4c0fe3-a44f-5c33-b061-5d2e4630e4a8'],
])('an id is the UUIDv5 of its cause, for ever: %j', (cause, id) => {
  // Made with another implementation of RFC 9562.
  expect(deriveId(...cause)).toBe(id);
});
