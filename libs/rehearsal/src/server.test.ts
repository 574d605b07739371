import { request as httpRequest } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRehearsal, type Rehearsal } from './server.ts';

let rehearsal: Rehearsal;
beforeAll(async () => {
  rehearsal = await startRehearsal();
});
afterAll(() => rehearsal.close());

const post = (path: string, body: unknown): Promise<Response> =>
  fetch(`${rehearsal.url}${path}`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body) });
const request = (text: string, stream: boolean) => ({
  model: 'm',
  stream,
  messages: [{ role: 'user', content: text }],
});

describe('the rehearsal server', () => {
  it('answers in one body', async () => {
    const response = await post('/v1/messages?beta=true', request('say hi', false));
    expect(await response.json()).toMatchObject({
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: 'hi' }],
      stop_reason: 'end_turn',
    });
  });

  it('streams the same answer as server-sent events', async () => {
    const response = await post('/v1/messages', request('say one two three four five', true));
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const events = [...(await response.text()).matchAll(/^data: (.*)$/gm)].map(
      ([, data]) => JSON.parse(data!) as { type: string; delta?: { text?: string } },
    );
    expect(events.map(({ delta }) => delta?.text ?? '').join('')).toBe('one two three four five');
    expect([events[0]?.type, events.at(-1)?.type]).toEqual(['message_start', 'message_stop']);
  });

  it('counts tokens', async () => {
    const response = await post('/v1/messages/count_tokens', request('hi', false));
    expect(await response.json()).toEqual({ input_tokens: expect.any(Number) });
  });

  it('refuses what it does not understand in the API’s own shape', async () => {
    const bad = await post('/v1/messages', '{');
    expect([bad.status, await bad.json()]).toMatchObject([400, { error: { type: 'invalid_request_error' } }]);
    const unknown = await post('/v1/other', '{}');
    expect([unknown.status, await unknown.json()]).toMatchObject([404, { error: { type: 'not_found_error' } }]);
  });

  it('refuses a body beyond 32 MB', async () => {
    const status = await new Promise((resolve, reject) => {
      const headers = { 'content-length': 33 * 1024 * 1024 };
      const sent = httpRequest(`${rehearsal.url}/v1/messages`, { method: 'POST', headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
        sent.destroy();
      });
      sent.on('error', reject);
      sent.flushHeaders();
    });
    expect(status).toBe(413);
  });

  it('listens on loopback only', async () => {
    await expect(startRehearsal({ host: '0.0.0.0' })).rejects.toThrow('loopback');
  });
});
