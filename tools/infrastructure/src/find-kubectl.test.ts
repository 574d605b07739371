import { expect, it } from 'vitest';
import { isRecentKubectl } from './find-kubectl.ts';

it('takes a kubectl by the kustomize in it', () => {
  expect(isRecentKubectl('{"clientVersion":{"gitVersion":"v1.32.4"},"kustomizeVersion": "v5.5.0"}')).toBe(true);
  expect(isRecentKubectl('{"clientVersion":{"gitVersion":"v1.26.0"},"kustomizeVersion": "v4.5.7"}')).toBe(false);
  expect(isRecentKubectl('')).toBe(false);
});
