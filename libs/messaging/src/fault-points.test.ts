import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { afterEach, describe, expect, it } from 'vitest';
import { faultPoint, withFaultPoints } from './fault-points.ts';

const heard: unknown[] = [];
const hear = (point: unknown): void => void heard.push(point);
afterEach(() => {
  unsubscribe('threadbox:fault-point', hear);
  heard.length = 0;
});
const calls = { post: async (text: string) => text.length, size: () => 3, draft: { show: () => undefined } };

describe('a fault point', () => {
  it('is told to whoever listens', () => {
    subscribe('threadbox:fault-point', hear);
    faultPoint('before', 'publish', 'turn-given');
    expect(heard).toEqual(['before publish turn-given']);
  });

  it('stands around calls, and changes nothing about them', async () => {
    subscribe('threadbox:fault-point', hear);
    const marked = withFaultPoints('platform', calls, ['post', 'size']);
    expect([await marked.post('four'), marked.size(), marked.draft]).toEqual([4, 3, calls.draft]);
    expect(heard).toEqual([
      'before platform post',
      'after platform post',
      'before platform size',
      'after platform size',
    ]);
  });

  it('is not there where nobody listens', () => {
    faultPoint('before', 'publish', 'turn-given');
    expect(withFaultPoints('platform', calls, ['post'])).toBe(calls);
    expect(heard).toEqual([]);
  });
});
