import fc from 'fast-check';
import { expect, it } from 'vitest';
import { valueAt, drop, emptyIndex, put, type IndexByKey } from './index-by-key.ts';

it('is a map, whatever is put in and taken out, and never changes what it was', () => {
  const step = fc.record({
    key: fc.oneof(fc.constantFrom('a', 'b', '__proto__', 'constructor', ''), fc.string()),
    value: fc.option(fc.nat()),
  });
  fc.assert(
    fc.property(fc.array(step), (steps) => {
      const map = new Map<string, number>();
      let index: IndexByKey<number> = emptyIndex;
      for (const { key, value } of steps) {
        const before = { size: index.size, value: valueAt(index, key) };
        const next = value === null ? drop(index, key) : put(index, key, value);
        expect({ size: index.size, value: valueAt(index, key) }).toEqual(before);
        index = next;
        if (value === null) map.delete(key);
        else map.set(key, value);
        expect(index.size).toBe(map.size);
      }
      for (const { key } of steps) expect(valueAt(index, key)).toBe(map.get(key));
      expect(valueAt(structuredClone(index), 'toString')).toBe(map.get('toString'));
    }),
  );
});
