import { describe, expect, it } from 'vitest';
import { chatSubject, eventsSubject, partitions, PARTITIONS, sandboxSubject } from './subjects.ts';
import { durableOf, durables, readerOf, readingOf, readings, SHARES, shares } from './topology.ts';

describe('the durables of the topology', () => {
  it.each(readings.map(({ service, name }) => `${service}-${name}`))(
    '%s: each lane is read by one of them',
    (reading) => {
      const ours = durables.filter(({ durable }) => readingOf(durable) === reading);
      expect([1, SHARES]).toContain(ours.length);
      const filters = ours.flatMap((one) => one.filters);
      expect(new Set(filters).size).toBe(filters.length);
      expect(filters).toHaveLength(ours.length === 1 ? 1 : PARTITIONS);
    },
  );
  it('have names of their own', () => {
    expect(new Set(durables.map(({ durable }) => durable)).size).toBe(durables.length);
  });
  it('are shares that name how many there are', () => {
    expect(shares.map((share) => durableOf('auth-inbound', share))).toEqual(
      partitions.slice(0, SHARES).map((p) => `auth-inbound-${p}of${SHARES}`),
    );
  });
});

describe('a reading', () => {
  it.each([
    ['session-admitted-3of4', 'session-admitted'],
    ['session-admitted-3', 'session-admitted'],
    ['session-due', 'session-due'],
  ])('of %s is %s', (durable, reading) => {
    expect(readingOf(durable)).toBe(reading);
  });
  it('gets a subject through one durable', () => {
    for (let n = 0; n < 50; n += 1) {
      const subject = chatSubject('inbound', `web:ana~${n}`);
      const share = Number(subject.split('.')[2]) % SHARES;
      expect(readerOf('auth-inbound', subject)).toBe(durableOf('auth-inbound', share));
    }
    expect(readerOf('relay-outbound', chatSubject('outbound', 'web:ana~1'))).toBe('relay-outbound');
    expect(readerOf('sandbox-fleet', eventsSubject('fleet', 'one'))).toBe('sandbox-fleet');
  });
  it('gets no other', () => {
    expect(readerOf('auth-inbound', chatSubject('admitted', 'web:ana~1'))).toBeUndefined();
    expect(readerOf('relay-output', sandboxSubject('s', 'in'))).toBeUndefined();
    expect(readerOf('relay-output', `${sandboxSubject('s', 'out')}.more`)).toBeUndefined();
    expect(readerOf('auth-inbound', 'chat.inbound.1')).toBeUndefined();
    expect(readerOf('nobody-nothing', chatSubject('inbound', 'web:ana~1'))).toBeUndefined();
  });
});
