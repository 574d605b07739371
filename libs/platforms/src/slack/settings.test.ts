import { describe, expect, it } from 'vitest';
import { fakeSlackApp } from '../testing/slack-api.ts';
import { modeOf, slackSenderSettings, slackSettings } from './settings.ts';

const { appId, botToken, appToken, signingSecret, clientId, clientSecret } = fakeSlackApp;
const socket = { SLACK_APP_ID: appId, SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken };
const http = {
  SLACK_APP_ID: appId,
  SLACK_BOT_TOKEN: botToken,
  SLACK_SIGNING_SECRET: signingSecret,
  PUBLIC_URL: 'https://bots.example.org',
};

const problems = (settings: object): unknown[] | undefined =>
  slackSettings.safeParse(settings).error?.issues.map(({ path }) => path[0]);

describe('the settings of Slack', () => {
  it('mean Socket Mode where there is an app-level token, else HTTP', () => {
    expect(modeOf(slackSettings.parse(socket))).toBe('socket');
    expect(modeOf(slackSettings.parse(http))).toBe('http');
    expect(modeOf(slackSettings.parse({ ...http, ...socket, SLACK_MODE: 'http' }))).toBe('http');
  });

  it('have an address of the Web API that ends in a slash', () => {
    expect(slackSettings.parse(socket).SLACK_API_ROOT).toBe('https://slack.com/api/');
    expect(slackSettings.parse({ ...socket, SLACK_API_ROOT: 'http://slack.lan/api' }).SLACK_API_ROOT).toBe(
      'http://slack.lan/api/',
    );
  });

  it('name everything that is missing at once', () => {
    expect(problems({ SLACK_APP_ID: appId })).toEqual(['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'PUBLIC_URL']);
    expect(problems({ ...socket, SLACK_APP_TOKEN: undefined, SLACK_MODE: 'socket' })).toEqual(['SLACK_APP_TOKEN']);
    expect(problems({ SLACK_APP_ID: 'nope', SLACK_CLIENT_ID: clientId, SLACK_APP_TOKEN: appToken })).toEqual([
      'SLACK_APP_ID',
      'SLACK_CLIENT_SECRET',
      'PUBLIC_URL',
    ]);
  });

  it('take a client’s id and secret in place of a token', () => {
    const several = {
      ...http,
      SLACK_BOT_TOKEN: undefined,
      SLACK_CLIENT_ID: clientId,
      SLACK_CLIENT_SECRET: clientSecret,
    };
    expect(problems(several)).toBeUndefined();
  });

  it.each([
    ['SLACK_BOT_TOKEN', 'xoxb-your-token-goes-here'],
    ['SLACK_BOT_TOKEN', appToken],
    ['SLACK_BOT_TOKEN', `xoxb-${'a'.repeat(30)}`],
    ['SLACK_APP_TOKEN', botToken],
    ['SLACK_SIGNING_SECRET', 'changeme'],
    ['SLACK_SIGNING_SECRET', '0'.repeat(32)],
    ['SLACK_APP_ID', 'undefined'],
    ['PUBLIC_URL', 'http://bots.example.org'],
    ['PUBLIC_URL', 'bots.example.org'],
  ])('refuse %s=%s', (name, value) => {
    expect(new Set(problems({ ...http, [name]: value }))).toEqual(new Set([name]));
  });

  it('of a sender are three', () => {
    expect(Object.keys(slackSenderSettings.shape).toSorted()).toEqual([
      'SLACK_API_ROOT',
      'SLACK_APP_ID',
      'SLACK_BOT_TOKEN',
    ]);
  });
});
