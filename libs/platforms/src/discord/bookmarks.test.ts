import { describe, expect, it } from 'vitest';
import { quiet, testWorld } from '../testing/test-world.ts';
import { createBookmarks, isLater, recordName, snowflakeAt } from './bookmarks.ts';

const noon = Date.parse('2026-01-01T12:00:00Z');
const at = (seconds: number): string => snowflakeAt(noon + seconds * 1000);
const { hints } = testWorld('discord');
const open = async (store = testWorld('discord').hints): Promise<ReturnType<typeof createBookmarks>> => {
  const bookmarks = createBookmarks('discord', store, quiet, () => noon);
  await bookmarks.open();
  return bookmarks;
};

describe('how far Discord was heard', () => {
  it('begins with the moment at which the bot first came', async () => {
    const bookmarks = await open();
    expect(bookmarks.last('20')).toBe(at(0));
    expect(snowflakeAt(1_462_015_105_796)).toBe('175928847298985984');
  });

  it('is told by the last message of each channel, and by what was seen of all', async () => {
    const bookmarks = await open();
    await bookmarks.took('20', at(50));
    await bookmarks.took('20', at(40));
    expect(bookmarks.last('20')).toBe(at(50));
    expect(bookmarks.last('21')).toBe(at(0));
    await bookmarks.saw(noon + 45_000);
    expect([bookmarks.last('20'), bookmarks.last('21')]).toEqual([at(50), at(45)]);
    await bookmarks.saw(noon + 60_000);
    await bookmarks.saw(noon + 10_000);
    expect([bookmarks.last('20'), bookmarks.last('21')]).toEqual([at(60), at(60)]);
  });

  it('outlives the process', async () => {
    const before = await open(hints);
    await Promise.all([before.took('20', at(5)), before.took('21', at(6)), before.met('30'), before.met('31')]);
    const after = await open(hints);
    expect([after.last('20'), after.last('21'), after.direct()]).toEqual([at(5), at(6), ['31', '30']]);
  });

  it('begins anew where the record cannot be read', async () => {
    await hints.leave(recordName('discord'), '{"seen":');
    expect((await open(hints)).last('20')).toBe(at(0));
  });

  it('goes on where it cannot be kept', async () => {
    const broken = { find: () => Promise.resolve(undefined), leave: () => Promise.reject(new Error('away')) };
    const bookmarks = await open(broken);
    await bookmarks.took('20', at(5));
    expect(bookmarks.last('20')).toBe(at(5));
    expect(isLater(at(5), at(4))).toBe(true);
  });
});
