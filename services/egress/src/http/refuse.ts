import type { ServerResponse } from 'node:http';

/**
 * Answers in the shape of the API's errors, so that every client reads it. Clients of the API try again on 408, 409, 429 and
 * 5xx only, unless `x-should-retry` says otherwise: other refusals say that, so that nobody waits for what will not change.
 */
export const refuse = (response: ServerResponse, status: number, type: string, message: string): void => {
  response.writeHead(status, {
    'content-type': 'application/json',
    'x-threadbox-egress': 'refused',
    ...(status < 500 && status !== 429 && { 'x-should-retry': 'false' }),
  });
  response.end(JSON.stringify({ type: 'error', error: { type, message } }));
};
