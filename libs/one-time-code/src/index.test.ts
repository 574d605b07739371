import { expect, it } from 'vitest';
import { codeId, createCode } from './index.ts';

it('makes codes of four groups that differ', () => {
  const codes = Array.from({ length: 100 }, createCode);
  for (const code of codes) expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/);
  expect(new Set(codes).size).toBe(100);
});

it('knows a code however it is written', () => {
  expect(codeId('o1l2-abcd-efgh-jkmn')).toBe(codeId('0112 ABCD EFGH JKMN'));
  expect(codeId('0112-ABCD-EFGH-JKMP')).not.toBe(codeId('0112-ABCD-EFGH-JKMN'));
});
