/** Stands in front of discord-digital-twin's REST: adds what it lacks, and the failures that a test asked for. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { answerInteraction, answerLater } from './discord-answers.ts';
import { Commands } from './discord-checks.ts';
import {
  changeMessage,
  createMessage,
  createThread,
  type DiscordCall,
  type Forward,
  refusal,
} from './discord-messages.ts';
import type { DiscordState } from './discord-state.ts';

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
};

const isWrite = ({ method, path }: DiscordCall): boolean =>
  method !== 'GET' && /^\/channels\/\d+\/messages(\/\d+)?$/.test(path);

/** Permissions of a member who may do everything that the bot needs. */
const EVERYTHING = String(0xff_ff_ff_ff_ffn);

/** Fills in what the twin leaves out of the messages that it gives. */
const filledIn = async (state: DiscordState, answer: Response): Promise<Response> => {
  if (!answer.ok) return answer;
  const messages = (await answer.json()) as Record<string, unknown>[];
  // Fetched messages do not say which server they are from.
  return Response.json(messages.map((message) => state.gateway.filled({ ...message, guild_id: undefined })));
};

const route = async (state: DiscordState, call: DiscordCall, forward: Forward): Promise<Response> => {
  const { method, path } = call;
  const at = (pattern: RegExp): readonly string[] | undefined => pattern.exec(path)?.slice(1);
  let found;
  if ((found = at(/^\/interactions\/(\d+)\/[^/]+\/callback$/))) return answerInteraction(state, call, found[0]!);
  if ((found = at(/^\/webhooks\/\d+\/([^/]+)(?:\/messages\/@original)?$/))) return answerLater(state, call, found[0]!);
  const channel = at(/^\/channels\/(\d+)/)?.[0];
  if (channel !== undefined && state.gone.has(channel)) return refusal(403, 50001, 'Missing Access');
  if (method === 'GET' && path === '/users/@me/guilds')
    return Response.json([{ id: state.guild, name: 'A server', permissions: EVERYTHING }]);
  if (method === 'GET' && at(/^\/channels\/\d+\/messages$/))
    return filledIn(state, await forward(method, path + call.query));
  if (method === 'POST' && at(/^\/channels\/\d+\/messages$/)) return createMessage(state, call, forward, channel!);
  if (method === 'PATCH' && at(/^\/channels\/\d+\/messages\/\d+$/))
    return changeMessage(state, call, forward, channel!);
  if (method === 'POST' && (found = at(/^\/channels\/(\d+)\/messages\/(\d+)\/threads$/)))
    return createThread(state, call, [found[0]!, found[1]!]);
  const body = call.body.length === 0 ? undefined : (JSON.parse(call.body.toString('utf8')) as unknown);
  if (method === 'PUT' && path.endsWith('/commands') && !Commands.safeParse(body).success)
    return refusal(400, 50035, 'Invalid Form Body: commands');
  return forward(method, path + call.query, body);
};

const failureFor = (state: DiscordState, call: DiscordCall): DiscordState['failures'][number] | undefined =>
  isWrite(call) ? state.failures.shift() : undefined;

const failed = ({ status, retryAfter, code = 0 }: { status: number; retryAfter?: number; code?: number }): Response => {
  const headers =
    retryAfter === undefined ? undefined : { 'retry-after': String(retryAfter), 'x-ratelimit-scope': 'user' };
  const body = { message: 'injected by the test', code, ...(retryAfter !== undefined && { retry_after: retryAfter }) };
  return Response.json(body, { status, ...(headers && { headers }) });
};

const serveFile = (state: DiscordState, path: string): Response => {
  const file = state.files.get(path.split('/')[2]!);
  return file
    ? new Response(new Uint8Array(file.bytes), { headers: { 'content-type': file.mediaType } })
    : new Response(null, { status: 404 });
};

/** A server that answers below `/api/v10` and `/cdn`; not listening yet. */
export const createDiscordProxy = (state: DiscordState): Server => {
  const forward: Forward = (method, path, body) =>
    fetch(`${state.twin.restUrl}/v10${path}`, {
      method,
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });

  const answer = async (request: IncomingMessage): Promise<Response | 'answer-lost'> => {
    const origin = `http://${request.headers.host}`;
    const { pathname, search } = new URL(request.url ?? '/', origin);
    if (pathname.startsWith('/cdn/')) return serveFile(state, pathname);
    const path = decodeURIComponent(pathname.replace(/^\/api\/v10/, ''));
    const headers = new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const method = request.method ?? 'GET';
    const call = { method, path, query: search, url: origin, headers, body: await readBody(request) };
    const isOpen = /^\/(interactions|webhooks)\//.test(path);
    if (!isOpen && headers.get('authorization') !== `Bot ${state.token}`) return refusal(401, 0, '401: Unauthorized');
    if (method !== 'GET') state.calls.push({ method, path, body: call.body.toString('utf8') });
    const failure = failureFor(state, call);
    if (failure !== undefined && failure !== 'answer-lost') return failed(failure);
    const done = await route(state, call, forward);
    return failure ?? done;
  };

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const result = await answer(request);
    if (result === 'answer-lost') return void response.destroy();
    const body = Buffer.from(await result.arrayBuffer());
    const type = result.headers.get('content-type');
    const wait = result.headers.get('retry-after');
    response.writeHead(result.status, { ...(type && { 'content-type': type }), ...(wait && { 'retry-after': wait }) });
    response.end(body);
  };
  return createServer((request, response) => {
    respond(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
};
