/** The HTTP half of the fake: calls in, answers out, and the failures that a test asked for. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { LineApiError } from './line-chats.ts';
import { type createLineMethods, type LineAnswer, paths } from './line-methods.ts';

/** How the next call with this name (or one of several) goes wrong, once. */
export type LineFailure = {
  call: string | readonly string[];
  /** Answered with this status; nothing is done. */
  status?: number;
  message?: string;
  /** Seconds, in the header `retry-after`. */
  retryAfter?: number;
  /** The connection breaks before anything is done. */
  drop?: boolean;
  /** Done, and then the connection breaks before the answer is whole. */
  dropAfter?: boolean;
  /** Done, and then answered with this status. */
  statusAfter?: number;
};

/** A call of the bot, as it was made. */
export type LineRecord = { call: string; body: unknown; retryKey: string | undefined };

/** LINE takes requests of up to 2 MB. */
const LIMIT = 2 * 1024 * 1024;

const readJson = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > LIMIT) throw new LineApiError(413, 'Payload Too Large');
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  if (!request.headers['content-type']?.startsWith('application/json'))
    throw new LineApiError(415, 'Unsupported Media Type');
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
  } catch {
    throw new LineApiError(400, 'The request body could not be parsed as JSON');
  }
};

const refusalOf = (error: unknown): LineApiError => {
  if (error instanceof LineApiError) return error;
  if (!(error instanceof z.ZodError)) return new LineApiError(500, 'Internal Server Error', { details: String(error) });
  const details = error.issues.map(({ path, message }) => ({ property: path.join('/'), message }));
  return new LineApiError(400, `The request body has ${details.length} error(s)`, { details });
};

/** A server that answers LINE's calls; not listening yet. */
export const createLineServer = ({
  token,
  methods,
  calls,
  failures,
}: {
  token: string;
  methods: ReturnType<typeof createLineMethods>;
  calls: LineRecord[];
  failures: LineFailure[];
}): Server => {
  const takeFailure = (name: string): LineFailure | undefined => {
    const found = failures.findIndex(({ call }) => [call].flat().includes(name));
    return found < 0 ? undefined : failures.splice(found, 1)[0];
  };

  const find = (request: IncomingMessage): { name: (typeof paths)[number][1]; ids: string[] } => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    for (const [pattern, name] of paths) {
      const match = new RegExp(`^${pattern}$`).exec(`${request.method} ${pathname}`);
      if (match) return { name, ids: match.slice(1).map(decodeURIComponent) };
    }
    throw new LineApiError(404, 'Not found');
  };

  const send = (response: ServerResponse, { status, json, content }: LineAnswer, cut: boolean): void => {
    const bytes = content?.bytes ?? Buffer.from(JSON.stringify(json ?? {}));
    const type = content?.mediaType ?? 'application/json';
    response.writeHead(status, { 'content-type': type, 'content-length': bytes.byteLength });
    if (cut) response.write(bytes.subarray(0, 1), () => response.destroy());
    else response.end(bytes);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    response.setHeader('x-line-request-id', requestId);
    if (request.headers.authorization !== `Bearer ${token}`)
      throw new LineApiError(401, 'Authentication failed. Confirm that the access token is valid.');
    const { name, ids } = find(request);
    const body = await readJson(request);
    const retryKey = request.headersDistinct['x-line-retry-key']?.[0];
    calls.push({ call: name, body, retryKey });
    const failure = takeFailure(name);
    if (failure?.drop === true) return void response.destroy();
    if (failure?.status !== undefined) {
      const after = failure.retryAfter === undefined ? {} : { 'retry-after': String(failure.retryAfter) };
      throw new LineApiError(failure.status, failure.message ?? 'injected by the test', {}, after);
    }
    const result = await methods[name]({ name, ids, body, retryKey, request: requestId });
    if (failure?.statusAfter !== undefined) throw new LineApiError(failure.statusAfter, 'injected by the test');
    if (failure?.dropAfter === true && result.content === undefined) return void response.destroy();
    send(response, result, failure?.dropAfter === true);
  };

  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const { status, message, more, headers } = refusalOf(error);
      response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(JSON.stringify({ message, ...more }));
    });
  });
};
