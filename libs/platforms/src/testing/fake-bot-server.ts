/** The HTTP half of the fake: calls in, answers out, and the failures that a test asked for. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { z } from 'zod';
import { BotApiError } from './fake-bot-chats.ts';
import type { FakeFile, Methods } from './fake-bot-methods.ts';
import { readCall } from './fake-bot-requests.ts';

/** How the next call of a method (or of one of several; `file` is a download) goes wrong, once. */
export type FakeFailure = {
  method: string | readonly string[];
  /** Answered with this status; nothing is done. */
  status?: number;
  /** Seconds, with a 429. */
  retry_after?: number;
  /** Never answered; nothing is done. */
  hang?: boolean;
  /** Done, and then the connection breaks before the answer. */
  dropAfter?: boolean;
};

/** A call of the bot, as it was made. */
export type FakeCall = { method: string; input: Record<string, unknown> };

const send = (response: ServerResponse, status: number, body: object): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

const refuse = (response: ServerResponse, status: number, description: string, parameters?: object): void =>
  send(response, status, { ok: false, error_code: status, description, ...(parameters && { parameters }) });

const refuseFor = (response: ServerResponse, error: unknown): void => {
  if (error instanceof BotApiError) return refuse(response, error.status, error.message);
  if (error instanceof z.ZodError) return refuse(response, 400, `Bad Request: ${error.message}`);
  return refuse(response, 500, String(error));
};

type Parts = {
  token: string;
  methods: Methods;
  incomingFiles: ReadonlyMap<string, FakeFile>;
  calls: FakeCall[];
  failures: FakeFailure[];
};

/** A server that answers `/bot<token>/<method>` and `/file/bot<token>/<path>`; not listening yet. */
export const createBotServer = ({ token, methods, incomingFiles, calls, failures }: Parts): Server => {
  const takeFailure = (method: string): FakeFailure | undefined => {
    const found = failures.findIndex((each) => [each.method].flat().includes(method));
    return found < 0 ? undefined : failures.splice(found, 1)[0];
  };

  const call = async (method: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { input, files } = await readCall(request);
    calls.push({ method, input });
    const failure = takeFailure(method);
    if (failure?.hang === true) return;
    if (failure?.status === 429) {
      const { retry_after = 1 } = failure;
      return refuse(response, 429, `Too Many Requests: retry after ${retry_after}`, { retry_after });
    }
    if (failure?.status !== undefined) return refuse(response, failure.status, 'injected by the test');
    const run = Object.hasOwn(methods, method) ? methods[method] : undefined;
    if (run === undefined) return refuse(response, 404, 'Not Found: method not found');
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const result = await run(input, files, gone.signal);
    if (failure?.dropAfter === true) response.destroy();
    else send(response, 200, { ok: true, result });
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const [, prefix, rest = ''] = /^\/((?:file\/)?bot[^/]+)\/(.+)$/.exec(path) ?? [];
    if (prefix === `bot${token}`) return call(rest, request, response);
    if (prefix !== `file/bot${token}`) return refuse(response, 401, 'Unauthorized');
    const file = incomingFiles.get(rest.split('/').at(-1)!);
    const failure = takeFailure('file');
    response.writeHead(failure?.status ?? (file ? 200 : 404), { 'content-length': file?.bytes.byteLength ?? 0 });
    if (failure?.dropAfter === true) response.write(file?.bytes.subarray(0, 1), () => response.destroy());
    else response.end(file?.bytes);
  };

  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => refuseFor(response, error));
  });
};
