import { describe, expect, it } from 'vitest';
import { telegramSettings } from './settings.ts';

const token = '7000000001:FAKE_bot_api_token_for_tests_only_0';
const secret = 'aB3-dE6_gH9jK2mN5pQ8sT1v';

const problems = (settings: object): unknown[] | undefined =>
  telegramSettings.safeParse({ TELEGRAM_BOT_TOKEN: token, ...settings }).error?.issues.map(({ path }) => path[0]);

describe('the settings of Telegram', () => {
  it('need only a token', () => {
    const settings = telegramSettings.parse({ TELEGRAM_BOT_TOKEN: token });
    expect(settings).toMatchObject({ TELEGRAM_API_ROOT: 'https://api.telegram.org', TELEGRAM_MODE: 'polling' });
  });

  it('take addresses with or without a slash at the end', () => {
    expect(
      telegramSettings.parse({ TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: 'http://bots.lan:8081/' }),
    ).toMatchObject({
      TELEGRAM_API_ROOT: 'http://bots.lan:8081',
    });
  });

  it.each(['', 'undefined', '123:short', 'bot7000000001:FAKE_bot_api_token_for_tests_only_0', ' '])(
    'refuse the token %j',
    (wrong) => {
      expect(problems({ TELEGRAM_BOT_TOKEN: wrong })).toEqual(['TELEGRAM_BOT_TOKEN']);
    },
  );

  it('name everything that webhook mode misses at once', () => {
    expect(problems({ TELEGRAM_MODE: 'webhook' })).toEqual(['TELEGRAM_WEBHOOK_SECRET', 'PUBLIC_URL']);
  });

  it('name them beside other problems too', () => {
    expect(problems({ TELEGRAM_BOT_TOKEN: 'x', TELEGRAM_MODE: 'webhook' })).toEqual([
      'TELEGRAM_BOT_TOKEN',
      'TELEGRAM_WEBHOOK_SECRET',
      'PUBLIC_URL',
    ]);
  });

  it.each(['short', 'x'.repeat(30), 'changeme-changeme-changeme', 'with spaces in it, and long enough'])(
    'refuse the secret %j',
    (wrong) => {
      expect(problems({ TELEGRAM_WEBHOOK_SECRET: wrong })).toEqual(['TELEGRAM_WEBHOOK_SECRET']);
    },
  );

  it('want https where Telegram itself delivers', () => {
    const webhook = { TELEGRAM_MODE: 'webhook', TELEGRAM_WEBHOOK_SECRET: secret };
    expect(problems({ ...webhook, PUBLIC_URL: 'http://example.org' })).toEqual(['PUBLIC_URL']);
    expect(problems({ ...webhook, PUBLIC_URL: 'https://example.org' })).toBeUndefined();
    expect(
      problems({ ...webhook, PUBLIC_URL: 'http://gateway.lan', TELEGRAM_API_ROOT: 'http://bots.lan:8081' }),
    ).toBeUndefined();
  });
});
