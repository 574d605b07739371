import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { customId, pressed } from './custom-id.ts';

const value = fc
  .oneof(fc.string({ minLength: 1, maxLength: 64 }), fc.stringMatching(/^ask\d{1,3}:[a-z]{0,9}$/))
  .filter((text) => Buffer.byteLength(text) <= 64);

describe('a custom_id', () => {
  it('is the value of a button', () => {
    expect(customId({ value: 'answer:yes' })).toBe('answer:yes');
  });

  it('fits, and tells the value and as much of the prompt as has room', () => {
    fc.assert(
      fc.property(value, fc.option(fc.string({ minLength: 1, maxLength: 45 }), { nil: undefined }), (given, prompt) => {
        const id = customId({ value: given, prompt });
        const read = pressed(id);
        expect(id.length).toBeLessThanOrEqual(100);
        expect(read.value).toBe(given);
        expect(read.prompt?.slice(0, 28)).toBe(prompt?.slice(0, 28).toWellFormed());
      }),
    );
  });
});
