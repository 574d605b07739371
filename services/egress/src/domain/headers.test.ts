import { describe, expect, it } from 'vitest';
import { headersToModel, headersToSandbox, isModelPath, presentedToken } from './headers.ts';
import { chooseUpstream } from './upstream.ts';

const key = { url: 'https://model', headers: { 'x-api-key': 'key' } };

describe('headers to the model', () => {
  it('carry our credential and not the sandbox’s', () => {
    const sent = {
      authorization: 'Bearer token',
      'x-api-key': 'token',
      cookie: 'c',
      'anthropic-version': '2023-06-01',
    };
    expect(headersToModel(sent, key)).toEqual({
      'accept-encoding': 'identity',
      'x-api-key': 'key',
      'anthropic-version': '2023-06-01',
    });
  });

  it('add the beta of a subscription’s token to those that were asked for', () => {
    const upstream = chooseUpstream({ CLAUDE_CODE_OAUTH_TOKEN: 'oauth' })!;
    expect(headersToModel({ 'anthropic-beta': 'one, two' }, upstream)).toEqual({
      authorization: 'Bearer oauth',
      'accept-encoding': 'identity',
      'anthropic-beta': 'one,two,oauth-2025-04-20',
    });
  });
});

describe('headers to the sandbox', () => {
  it('name no account and set no cookie', () => {
    expect(
      headersToSandbox({
        'content-type': 'a/b',
        'anthropic-organization-id': 'org',
        'set-cookie': ['x'],
        'retry-after': '3',
      }),
    ).toEqual({ 'content-type': 'a/b', 'retry-after': '3' });
  });
});

describe('the token', () => {
  it('comes as a bearer token or as a key', () => {
    expect(presentedToken({ authorization: 'Bearer a' })).toBe('a');
    expect(presentedToken({ 'x-api-key': 'b' })).toBe('b');
    expect(presentedToken({ authorization: 'Basic a' })).toBeUndefined();
  });
});

describe('the path', () => {
  it('is one of the model’s API', () => {
    expect(['/v1/messages?beta=true', '/v1/messages/count_tokens', '/v1/models'].every(isModelPath)).toBe(true);
    expect(
      [
        '/',
        '/v1',
        '/v1/../admin',
        '/v1/%2e%2e/x',
        '//v1/messages',
        '/v1//messages',
        '/v1/a\\b',
        'http://evil/v1/messages',
      ].some(isModelPath),
    ).toBe(false);
  });
});

describe('the model', () => {
  it('is a rehearsal where nothing is set', () => {
    expect(chooseUpstream({})).toBeUndefined();
  });

  it('is Anthropic’s with a key, and another’s where an address is given', () => {
    expect(chooseUpstream({ ANTHROPIC_API_KEY: 'key' })).toEqual({
      url: 'https://api.anthropic.com',
      headers: { 'x-api-key': 'key' },
    });
    expect(chooseUpstream({ ANTHROPIC_BASE_URL: 'http://gateway/' })).toEqual({ url: 'http://gateway', headers: {} });
    expect(chooseUpstream({ ANTHROPIC_BASE_URL: 'http://gateway/a/', ANTHROPIC_AUTH_TOKEN: 't' })).toEqual({
      url: 'http://gateway/a',
      headers: { authorization: 'Bearer t' },
    });
  });
});
