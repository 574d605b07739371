import { describe, expect, it } from 'vitest';
import { lineSenderSettings, lineSettings } from './settings.ts';

const token = 'FAKEchannelAccessToken0123456789/for+tests/only+abcdefghijklmnopq/w1cDnyilFU=';
const secret = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
const whole = {
  LINE_CHANNEL_ACCESS_TOKEN: token,
  LINE_CHANNEL_SECRET: secret,
  PUBLIC_URL: 'https://bot.example.org/',
};

const problems = (more: object): unknown[] | undefined =>
  lineSettings.safeParse({ ...whole, ...more }).error?.issues.map(({ path }) => path[0]);

describe('the settings of LINE', () => {
  it('need a token, a secret and an address', () => {
    expect(lineSettings.parse(whole)).toMatchObject({
      LINE_API_ROOT: 'https://api.line.me',
      LINE_DATA_ROOT: 'https://api-data.line.me',
      PUBLIC_URL: 'https://bot.example.org',
    });
    expect(lineSettings.safeParse({}).error?.issues.map(({ path }) => path[0])).toEqual([
      'LINE_CHANNEL_ACCESS_TOKEN',
      'LINE_CHANNEL_SECRET',
      'PUBLIC_URL',
    ]);
  });

  it.each([
    '',
    'undefined',
    'short',
    'your_channel_access_token_goes_in_here_0123456789',
    'a'.repeat(172),
    `${token} `,
  ])('refuse the token %j', (wrong) => {
    expect(problems({ LINE_CHANNEL_ACCESS_TOKEN: wrong })).toEqual(['LINE_CHANNEL_ACCESS_TOKEN']);
  });

  it.each(['', 'secret', '0'.repeat(32), 'changeme-changeme-changeme-chang', secret.slice(1)])(
    'refuse the secret %j',
    (wrong) => {
      expect(problems({ LINE_CHANNEL_SECRET: wrong })).toEqual(['LINE_CHANNEL_SECRET']);
    },
  );

  it('want https where LINE itself delivers, and say so beside other problems', () => {
    expect(problems({ PUBLIC_URL: 'http://bot.example.org' })).toEqual(['PUBLIC_URL']);
    expect(problems({ PUBLIC_URL: 'http://gateway.lan', LINE_API_ROOT: 'http://127.0.0.1:8081' })).toBeUndefined();
    expect(problems({ PUBLIC_URL: 'http://bot.example.org', LINE_CHANNEL_SECRET: 'x' })).toEqual([
      'LINE_CHANNEL_SECRET',
      'PUBLIC_URL',
    ]);
  });

  it('ask less of the sender, which can do without an address', () => {
    expect(lineSenderSettings.parse({ LINE_CHANNEL_ACCESS_TOKEN: token })).toEqual({
      LINE_CHANNEL_ACCESS_TOKEN: token,
      LINE_API_ROOT: 'https://api.line.me',
    });
    const http = { LINE_CHANNEL_ACCESS_TOKEN: token, PUBLIC_URL: 'http://bot.example.org' };
    expect(lineSenderSettings.safeParse(http).error?.issues.map(({ path }) => path[0])).toEqual(['PUBLIC_URL']);
  });
});
