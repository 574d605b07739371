import { expect, test } from 'vitest';
import { coalesceReads } from './coalesce-reads.ts';

/** Reads that end when they are told to. */
const manual = () => {
  const reads: Array<{ key: string; resolve: (value: string) => void; reject: (error: Error) => void }> = [];
  const read = coalesceReads(
    (key) => new Promise<string>((resolve, reject) => void reads.push({ key, resolve, reject })),
  );
  return { reads, read };
};

test('whoever asks meanwhile shares the next answer, and never the one that was asked for before them', async () => {
  const { reads, read } = manual();
  const first = read('a');
  const [second, third] = [read('a'), read('a')];
  expect(reads).toHaveLength(1);
  reads[0]!.resolve('old');
  expect(await first).toBe('old');
  await Promise.resolve();
  expect(reads).toHaveLength(2);
  reads[1]!.resolve('new');
  expect(await Promise.all([second, third])).toEqual(['new', 'new']);
});

test('each key is read on its own, and again once nobody reads it', async () => {
  const { reads, read } = manual();
  const [a, b] = [read('a'), read('b')];
  expect(reads.map(({ key }) => key)).toEqual(['a', 'b']);
  reads[0]!.resolve('1');
  reads[1]!.resolve('2');
  expect(await Promise.all([a, b])).toEqual(['1', '2']);
  const later = read('a');
  expect(reads).toHaveLength(3);
  reads[2]!.resolve('3');
  expect(await later).toBe('3');
});

test('a read that fails fails for those who asked for it, and the next is made all the same', async () => {
  const { reads, read } = manual();
  const first = read('a');
  const second = read('a');
  reads[0]!.reject(new Error('gone'));
  await expect(first).rejects.toThrow('gone');
  await Promise.resolve();
  await Promise.resolve();
  reads[1]!.resolve('there');
  expect(await second).toBe('there');
});
