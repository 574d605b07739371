import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mediaTypeOf, numberedName, safeName } from './safe-name.ts';

describe('a safe name', () => {
  it('is one name in one folder, whatever it is made from', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (name) => {
        const safe = safeName(name);
        expect(safe).not.toMatch(/[/\\\0]|^\.|^$/);
        expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(250);
        expect(safe).toBe(safe.toWellFormed());
      }),
    );
  });

  it('keeps what is harmless, and the extension of what is long', () => {
    expect(safeName('Résumé 2026.final.pdf')).toBe('Résumé 2026.final.pdf');
    expect(safeName(`${'x'.repeat(300)}.tar`)).toMatch(/^x+\.tar$/);
    expect(safeName('../../.ssh/id')).toBe('_.._.ssh_id');
    expect(safeName('..')).toBe('file');
  });

  it('is numbered where it is taken', () => {
    const taken = new Set(['a.txt', 'a (2).txt', 'b']);
    expect(numberedName('a.txt', (name) => taken.has(name))).toBe('a (3).txt');
    expect(numberedName('b', (name) => taken.has(name))).toBe('b (2)');
    expect(numberedName('c', (name) => taken.has(name))).toBe('c');
  });
});

describe('a media type', () => {
  it('follows from the extension', () => {
    expect([mediaTypeOf('a.PNG'), mediaTypeOf('a.b.md'), mediaTypeOf('a.constructor')]).toEqual([
      'image/png',
      'text/markdown',
      'application/octet-stream',
    ]);
  });
});
