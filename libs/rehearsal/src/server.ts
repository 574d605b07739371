import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { BlockList, isIP, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { countTokens, errorBody, MessagesRequest } from './api.ts';
import { rehearse } from './rehearse.ts';
import { messageBody, streamEvents } from './stream.ts';

/** The largest request that is read, in bytes: the API's own limit. */
const BODY_BYTES = 32 * 1024 * 1024;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');
const isLoopback = (host: string): boolean =>
  host === 'localhost' || (isIP(host) !== 0 && loopback.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'));

const send = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const refuse = (response: ServerResponse, status: number, type: string, message: string): void =>
  send(response, status, errorBody(type, message));

/** The body, or undefined where it is larger than what is read. */
const readBody = async (request: IncomingMessage): Promise<string | undefined> => {
  if (Number(request.headers['content-length'] ?? 0) > BODY_BYTES) return undefined;
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > BODY_BYTES) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
};

const parse = (body: string): MessagesRequest | undefined => {
  try {
    return MessagesRequest.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
};

const stream = async (response: ServerResponse, request: MessagesRequest, signal: AbortSignal): Promise<void> => {
  const reply = rehearse(request);
  const id = `msg_rehearsal_${randomUUID().replaceAll('-', '')}`;
  if (reply.kind === 'error') return refuse(response, reply.status, reply.error.type, reply.error.message);
  if (request.stream !== true) return send(response, 200, messageBody(reply, id, request.model));
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  for (const { wait, event } of streamEvents(reply, id, request.model)) {
    if (wait > 0) await sleep(wait, undefined, { signal });
    response.write(`event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
  }
  response.end();
};

const answer = async (request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> => {
  const path = (request.url ?? '/').split('?')[0];
  const known = path === '/v1/messages' || path === '/v1/messages/count_tokens';
  if (request.method === 'HEAD' && path === '/') return void response.writeHead(200).end();
  if (request.method !== 'POST' || !known)
    return refuse(response, 404, 'not_found_error', 'the rehearsal serves POST /v1/messages only');
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return refuse(response, 413, 'request_too_large', 'the request is larger than 32 MB');
  }
  const parsed = parse(body);
  if (!parsed) return refuse(response, 400, 'invalid_request_error', 'not a request of the Messages API');
  if (path === '/v1/messages/count_tokens') return send(response, 200, { input_tokens: countTokens(parsed.messages) });
  await stream(response, parsed, signal);
};

/** A running rehearsal. */
export type Rehearsal = { url: string; close: () => Promise<void> };

/**
 * Serves the rehearsal model: the Anthropic Messages API, streaming and not, on a loopback address.
 * `port` 0 is any free one. Throws for an address that is not loopback, or where the port is taken.
 */
export const startRehearsal = async ({ host = '127.0.0.1', port = 0 } = {}): Promise<Rehearsal> => {
  if (!isLoopback(host)) throw new TypeError('the rehearsal listens on loopback addresses only');
  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    answer(request, response, gone.signal).catch(() => {
      // The client went away in the middle of an answer: nobody is left to be told.
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
