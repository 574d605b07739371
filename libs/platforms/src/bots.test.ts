import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { botsOf, passedOn } from './bots.ts';

const half = { switch: 'CHAT_TOKEN', settings: z.object({ CHAT_TOKEN: z.string(), CHAT_ROOT: z.string() }) };

describe('the bots of a platform', () => {
  it('are none where nothing switches one on', () => {
    expect(botsOf('chat', half, { CHAT_ROOT: 'x', CHAT_TOKEN: '' })).toEqual([]);
  });

  it('are the first, and one for each further name', () => {
    const env = {
      CHAT_TOKEN: 'a',
      CHAT_ROOT: 'x',
      CHAT_TOKEN__support: 'b',
      CHAT_ROOT__support: 'y',
      CHAT_TOKEN__qa: 'c',
    };
    expect(botsOf('chat', half, env)).toEqual([
      { prefix: 'chat', env: { CHAT_TOKEN: 'a', CHAT_ROOT: 'x' } },
      { prefix: 'chat-qa', env: { CHAT_TOKEN: 'c', CHAT_ROOT: 'x' } },
      { prefix: 'chat-support', env: { CHAT_TOKEN: 'b', CHAT_ROOT: 'y' } },
    ]);
  });

  it('may have their secrets in files', () => {
    const env = { CHAT_TOKEN: 'a', CHAT_TOKEN__qa_FILE: '/run/qa' };
    expect(botsOf('chat', half, env).at(1)).toEqual({ prefix: 'chat-qa', env: { CHAT_TOKEN_FILE: '/run/qa' } });
    expect(botsOf('chat', half, { CHAT_TOKEN_FILE: '/run/a' })).toEqual([
      { prefix: 'chat', env: { CHAT_TOKEN_FILE: '/run/a' } },
    ]);
  });

  it('are given what they read, and nothing else', () => {
    const env = { CHAT_TOKEN: '', CHAT_TOKEN__qa_FILE: '', OTHER: '', CHAT_OTHER__qa: '', CHAT_ROOT__qa: '' };
    expect(passedOn(half, env)).toEqual(['CHAT_TOKEN', 'CHAT_TOKEN__qa_FILE', 'CHAT_ROOT__qa']);
  });
});
