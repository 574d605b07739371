import { describe, expect, it } from 'vitest';
import { discordSenderSettings, discordSettings } from './settings.ts';

const token = 'MTAwMDAwMDAwMDAwMDAwMDAx.GfakeT.for_tests_only-0123456789abcdefghijkl';
const problems = (settings: object): unknown[] | undefined =>
  discordSettings.safeParse({ DISCORD_BOT_TOKEN: token, ...settings }).error?.issues.map(({ path }) => path[0]);

describe('the settings of Discord', () => {
  it('need only a token', () => {
    const settings = { DISCORD_BOT_TOKEN: token, DISCORD_API_ROOT: 'https://discord.com/api' };
    expect(discordSettings.parse({ DISCORD_BOT_TOKEN: token })).toEqual(settings);
    expect(discordSenderSettings.parse({ DISCORD_BOT_TOKEN: token })).toEqual(settings);
  });

  it.each(['', 'undefined', 'changeme', 'xxxxxxxxxxxxxxxxxxxxxxxx.xxxxxx.xxxxxxxxxxxxxxxxxxxxxxxxxxx', `Bot ${token}`])(
    'refuse the token %j',
    (wrong) => {
      expect(problems({ DISCORD_BOT_TOKEN: wrong })).toEqual(['DISCORD_BOT_TOKEN']);
    },
  );

  it('take servers with commas between them', () => {
    const given = { DISCORD_BOT_TOKEN: token, DISCORD_GUILDS: ' 1000000000000000010, 1000000000000000011 ' };
    expect(discordSettings.parse(given).DISCORD_GUILDS).toEqual(['1000000000000000010', '1000000000000000011']);
    expect(problems({ DISCORD_GUILDS: 'my server' })).toEqual(['DISCORD_GUILDS']);
  });

  it('take an address with or without a slash at the end', () => {
    const given = { DISCORD_BOT_TOKEN: token, DISCORD_API_ROOT: 'http://127.0.0.1:1/api/' };
    expect(discordSettings.parse(given).DISCORD_API_ROOT).toBe('http://127.0.0.1:1/api');
    expect(problems({ DISCORD_API_ROOT: 'ftp://x' })).toEqual(['DISCORD_API_ROOT']);
  });
});
