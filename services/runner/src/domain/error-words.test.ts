import { describe, expect, it } from 'vitest';
import { explainFailure, isCrash } from './error-words.ts';

const say = (message: string, code = -32603): string => explainFailure({ code, message }, 'Claude Code');

describe('a failure in plain words', () => {
  it.each([
    ['Authentication required', -32000, /refused our credential/],
    ['Internal error: API Error: 401 invalid x-api-key', -32603, /refused our credential/],
    [
      'Internal error: API Error: Request rejected (429) · This request would exceed your rate limit',
      -32603,
      /rate limit/,
    ],
    ['Internal error: API Error: 529 Overloaded.', -32603, /overloaded/],
    ['Internal error: Prompt is too long', -32603, /too long for the model/],
    ['Internal error: Credit balance is too low', -32603, /no credit/],
    ['Internal error: API Error: Unable to connect to API (ECONNREFUSED)', -32603, /cannot be reached/],
    ['Internal error: API Error: 502 the model at x cannot be reached', -32603, /cannot be reached/],
    ['Internal error: API Error: 500 Internal server error', -32603, /error of its own/],
  ])('%s', (message, code, words) => {
    expect(say(message, code)).toMatch(words);
  });

  it('is the agent’s own words where it is nothing that we know', () => {
    expect(say('Internal error: API Error: 400 odd')).toBe('Claude Code could not go on: API Error: 400 odd');
    expect(say('')).toBe('Claude Code could not go on: it did not say why');
  });

  it('names no address of the machine, and is never endless', () => {
    const words = say('API Error: 529 Overloaded. If it persists, check your inference gateway (127.0.0.1:1).');
    expect(words).not.toMatch(/127\.0\.0\.1/);
    expect(say('x'.repeat(9000)).length).toBeLessThan(2000);
  });
});

describe('a crash', () => {
  it('is told from an error of the model', () => {
    expect(isCrash({ message: 'Internal error', kind: 'transport_lost' })).toBe(true);
    expect(isCrash({ message: 'Claude Code process exited with code 137' })).toBe(true);
    expect(isCrash({ message: 'API Error: 529 Overloaded', kind: 'server_error' })).toBe(false);
  });
});
