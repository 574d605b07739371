import type { REST } from 'discord.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { quiet } from '../testing/test-world.ts';
import { beginAnswer } from './answer.ts';
import { DiscordInteraction } from './event.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const interaction = DiscordInteraction.parse({
  id: '1',
  application_id: '2',
  type: 2,
  token: 'aW50',
  channel_id: '3',
  channel: { type: 0 },
  data: {},
});

/** Records calls in the place of Discord. */
const recorder = (fails = false): { told: string[]; rest: REST } => {
  const told: string[] = [];
  const record =
    (method: string) =>
    (path: string, { body }: { body: { type?: number; content?: string; data?: { content?: string } } }) => {
      told.push([method, path, body.type, body.content ?? body.data?.content].filter(Boolean).join(' '));
      return fails ? Promise.reject(new Error('too late')) : Promise.resolve();
    };
  return { told, rest: { post: record('POST'), patch: record('PATCH') } as unknown as REST };
};

const callback = 'POST /interactions/1/aW50/callback';

describe('an answer', () => {
  it('comes at once where the event was taken in time', async () => {
    const { told, rest } = recorder();
    await beginAnswer({ rest, log: quiet }, interaction, 'word').taken();
    await beginAnswer({ rest, log: quiet }, interaction, 'silence').taken();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(told).toEqual([`${callback} 4 Taken.`, `${callback} 6`]);
  });

  it('asks for patience before three seconds are over, and comes later', async () => {
    const { told, rest } = recorder();
    const word = beginAnswer({ rest, log: quiet }, interaction, 'word');
    await vi.advanceTimersByTimeAsync(2500);
    expect(told).toEqual([`${callback} 5`]);
    await word.taken();
    expect(told[1]).toBe('PATCH /webhooks/2/aW50/messages/@original Taken.');
  });

  it('says so where the event was not taken in', async () => {
    const { told, rest } = recorder();
    const silent = beginAnswer({ rest, log: quiet }, interaction, 'silence');
    await vi.advanceTimersByTimeAsync(2500);
    await silent.failed();
    expect(told).toEqual([`${callback} 6`, expect.stringMatching(/^POST \/webhooks\/2\/aW50 .*try again/)]);
  });

  it('that comes too late harms nobody', async () => {
    const { rest } = recorder(true);
    await expect(beginAnswer({ rest, log: quiet }, interaction, 'word').taken()).resolves.toBeUndefined();
  });
});
