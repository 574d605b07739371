import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FakeDiscord, startFakeDiscord } from '../testing/discord-fake.ts';
import { examineDiscord } from './examine.ts';
import { invitation, missingPermissions, neededPermissions, permissionBits } from './permissions.ts';
import { discordSettings } from './settings.ts';

let fake: FakeDiscord;
beforeEach(async () => {
  fake = await startFakeDiscord();
});
afterEach(() => fake.close());

const examine = (more: Record<string, string> = {}): ReturnType<typeof examineDiscord> =>
  examineDiscord(discordSettings.parse({ DISCORD_BOT_TOKEN: fake.token, DISCORD_API_ROOT: fake.url, ...more }));

describe('an examination', () => {
  it('finds everything well', async () => {
    const findings = await examine({ DISCORD_GUILDS: fake.guild });
    expect(findings.map(({ what }) => what)).toEqual([
      'the token belongs to TestBot',
      'Message Content Intent',
      'its permissions in A server',
    ]);
    expect(findings.every(({ fix }) => fix === undefined)).toBe(true);
  });

  it('names the one next thing to do', async () => {
    const wrong = await examine({ DISCORD_BOT_TOKEN: fake.token.replace('GfakeT', 'Gwrong') });
    expect(wrong).toMatchObject([{ what: 'the token', fix: expect.stringContaining('Reset Token') }]);
    const elsewhere = await examine({ DISCORD_GUILDS: '1000000000000000099' });
    expect(elsewhere.find(({ fix }) => fix !== undefined)?.fix).toContain(invitation(fake.bot.id));
  });
});

describe('permissions', () => {
  it('that are missing are named as Discord names them', () => {
    expect(missingPermissions(0n)).toEqual(Object.keys(neededPermissions));
    expect(missingPermissions(permissionBits)).toEqual([]);
    expect(missingPermissions(8n)).toEqual([]);
    expect(missingPermissions(permissionBits & ~neededPermissions['Attach Files'])).toEqual(['Attach Files']);
  });
});
