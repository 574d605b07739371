import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { headersToModel, headersToSandbox, isModelPath, presentedToken } from '../domain/headers.ts';
import type { Upstream } from '../domain/upstream.ts';
import { readBody } from './body.ts';
import { forward, UpstreamFailed } from './forward.ts';
import { createProxy, type ProxyPorts } from './proxy.ts';

type Ports = ProxyPorts & { upstream: Upstream };

/** Answers in the shape of the API's errors, so that every client reads it. */
const refuse = (response: ServerResponse, status: number, type: string, message: string): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'x-threadbox-egress': 'refused' });
  response.end(JSON.stringify({ type: 'error', error: { type, message } }));
};

const handle = async (
  { upstream, verify, log }: Ports,
  request: IncomingMessage,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> => {
  const { method = 'GET', url = '/' } = request;
  const token = presentedToken(request.headers);
  const sandbox = token === undefined ? undefined : await verify(token);
  if (sandbox === undefined) {
    log.warn({ method }, 'a request without a good token');
    return refuse(response, 401, 'authentication_error', 'this sandbox’s token is missing, expired or not valid');
  }
  if (!isModelPath(url) || (method !== 'POST' && method !== 'GET'))
    return refuse(response, 404, 'not_found_error', 'egress passes on the model’s API under /v1/ and nothing else');
  const body = await readBody(request);
  if (body === undefined) {
    response.setHeader('connection', 'close');
    return refuse(response, 413, 'request_too_large', 'the request is larger than 32 MB');
  }
  const path = url.split('?')[0];
  try {
    const answer = await forward(new URL(`${upstream.url}${url}`), {
      method,
      headers: headersToModel(request.headers, upstream),
      body,
      signal: gone,
    });
    log.info({ sandbox, method, path, status: answer.statusCode, bytes: body.length }, 'passed on');
    response.writeHead(answer.statusCode ?? 502, headersToSandbox(answer.headers));
    response.flushHeaders();
    await pipeline(answer, response);
  } catch (error) {
    if (gone.aborted) return;
    log.warn({ sandbox, method, path, err: error }, 'the model could not be asked');
    if (response.headersSent) return void response.destroy();
    const failed = error instanceof UpstreamFailed ? error : new UpstreamFailed(502, 'the model could not be asked');
    refuse(response, failed.status, failed.status === 504 ? 'timeout_error' : 'api_error', failed.message);
  }
};

/**
 * The only way out of sandboxes: to the model, and as a proxy to what is on the allow-list. A sandbox presents its own short-lived token; the model's credential is put in
 * its place here and is never seen by the other side. Resolves once it listens.
 */
export const startEgress = async (
  ports: Ports,
  { host, port }: { host: string; port: number },
): Promise<{ url: string; close: () => Promise<void> }> => {
  const proxy = createProxy(ports);
  const tunnels = new Set<Duplex>();
  const server = createServer({ requestTimeout: 120_000, headersTimeout: 15_000 }, (request, response) => {
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    // An absolute address is a proxy's; the model's API is asked by path.
    const isProxied = /^[a-z]+:\/\//i.test(request.url ?? '');
    const done = isProxied ? proxy.request(request, response) : handle(ports, request, response, gone.signal);
    done.catch((error: unknown) => {
      // The client went away while it was still sending.
      if (!gone.signal.aborted) ports.log.warn({ err: error }, 'a request ended early');
      response.destroy();
    });
  });
  server.on('connect', (request: IncomingMessage, socket: Socket, head: Buffer) => {
    tunnels.add(socket);
    socket.once('close', () => tunnels.delete(socket));
    void proxy.connect(request, socket, head);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}`,
    close: async () => {
      for (const tunnel of tunnels) tunnel.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
};
