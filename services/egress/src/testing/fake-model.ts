import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** How the model answers a request; it is to end the response. */
export type Answer = (response: ServerResponse, request: IncomingMessage) => void | Promise<void>;

/** An answer of the Messages API in one piece, with this usage. */
export const whole =
  (usage: object, model = 'claude-sonnet-5-5'): Answer =>
  (response) => {
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ type: 'message', role: 'assistant', model, content: [], stop_reason: 'end_turn', usage }),
    );
  };

/** One server-sent event of the Messages API. */
export const event = (data: { type: string }): string => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

/**
 * A stand-in for the model: a server on loopback that records what it is asked and answers as it is told. It refuses, as the
 * API does, what is no JSON and what accepts no answer in plain text.
 */
export const fakeModel = async () => {
  const asked: Array<{ url: string | undefined; headers: IncomingMessage['headers'] }> = [];
  const state: { answer: Answer } = { answer: whole({ input_tokens: 1, output_tokens: 1 }) };
  const server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      asked.push({ url: request.url, headers: request.headers });
      try {
        JSON.parse(body);
      } catch {
        return response.writeHead(400).end('{"type":"error","error":{"type":"invalid_request_error","message":""}}');
      }
      if (request.headers['accept-encoding'] !== 'identity') return response.writeHead(406).end();
      return state.answer(response, request);
    })().catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    /** From now on it answers so. */
    answers: (answer: Answer): void => {
      state.answer = answer;
    },
    stop: (): void => {
      server.closeAllConnections();
      server.close();
    },
  };
};
