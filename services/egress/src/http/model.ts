/**
 * The way to the model: the credential in the token's place, and every call that costs something booked.
 *
 * Semantics: a call is made only once the ledger has reserved what it may cost. The answer is passed on piece by piece as
 * it comes, and read on the way: what it cost is booked when it ends, however it ends. Nothing waits for that.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Cashier, Outcome, Ticket } from '../adapters/cashier.ts';
import { CredentialUnreadable } from '../adapters/upstreams.ts';
import type { ModelMetrics, RefusalReason } from '../adapters/model-metrics.ts';
import { LogUnreachable } from '../adapters/log-unreachable.ts';
import { createUsageReader, type UsageReader } from '../adapters/usage-reader.ts';
import { readAsked } from '../domain/estimate.ts';
import { headersToModel, headersToSandbox, isModelPath, presentedToken } from '../domain/headers.ts';
import {
  limitReachedWord,
  NO_BATCHES,
  NO_LOG,
  NO_OPEN_SESSION,
  NOT_JSON,
  tooFastWord,
  UNREADABLE_CREDENTIAL,
} from '../domain/model-words.ts';
import type { Upstream } from '../domain/upstream.ts';
import { readBody } from './body.ts';
import { forward, UpstreamFailed } from './forward.ts';
import { refuse } from './refuse.ts';

export type ModelPorts = {
  /** Where the model is for a sandbox, and with which credential it is asked. */
  upstreamOf: (sandbox: string) => Promise<Upstream>;
  cashier: Pick<Cashier, 'admit'>;
  /** The sandbox that a token names, or undefined where it is not good. */
  verify: (token: string) => Promise<string | undefined>;
  log: { info: (fields: object, text: string) => void; warn: (fields: object, text: string) => void };
};

type Ports = ModelPorts & { counted: ModelMetrics };

/** What costs nothing, and what costs something that nobody can tell in time. */
const FREE = /^\/v1\/messages\/count_tokens$/;
const BATCHES = /^\/v1\/messages\/batches(\/|$)/;

/** Passes everything on unchanged, and shows it to the reader. */
const watched = (reader: UsageReader): Transform =>
  new Transform({
    transform: (piece: Buffer, _, done) => {
      reader.feed(piece);
      done(null, piece);
    },
  });

/** A ticket for a call, or undefined where it was refused, and the sandbox told. */
const admit = async (
  { cashier, counted, log }: Ports,
  { sandbox, pricedAs, path, body }: { sandbox: string; pricedAs: string | undefined; path: string; body: Buffer },
  response: ServerResponse,
): Promise<Ticket | undefined> => {
  const no = (reason: RefusalReason, status: number, type: string, message: string): undefined => {
    counted.refused(reason);
    refuse(response, status, type, message);
  };
  if (BATCHES.test(path)) return no('bad_request', 403, 'permission_error', NO_BATCHES);
  const asked = readAsked(body.toString('utf8'), body.length);
  if (!asked) return no('bad_request', 400, 'invalid_request_error', NOT_JSON);
  const decided = await cashier.admit(sandbox, { ...asked, model: pricedAs ?? asked.model });
  switch (decided.kind) {
    case 'go':
      return decided.ticket;
    case 'no-session':
      return no('no_session', 403, 'permission_error', NO_OPEN_SESSION);
    case 'too-fast':
      response.setHeader('retry-after', String(decided.wait));
      return no('too_fast', 429, 'rate_limit_error', tooFastWord(decided.wait));
    case 'limit': {
      const { scope, of } = decided.limit;
      log.warn({ sandbox, scope, of }, 'a limit is reached');
      // Measured with Claude Code: at 400 and 422 it asks five times more, each time for less; of 403 it says that the
      // credential was refused. 402 it takes for what it is.
      return no('limit', 402, 'billing_error', limitReachedWord(decided.limit, decided.asked));
    }
  }
};

/** Handles a request of the model's API, asked by path. `gone` tells that the sandbox hung up. */
export const handleModel = async (
  ports: Ports,
  request: IncomingMessage,
  response: ServerResponse,
  gone: AbortSignal,
): Promise<void> => {
  const { upstreamOf, verify, counted, log } = ports;
  const { method = 'GET', url = '/' } = request;
  const token = presentedToken(request.headers);
  const sandbox = token === undefined ? undefined : await verify(token);
  if (sandbox === undefined) {
    log.warn({ method }, 'a request without a good token');
    counted.refused('bad_token');
    return refuse(response, 401, 'authentication_error', 'this sandbox’s token is missing, expired or not valid');
  }
  if (!isModelPath(url) || (method !== 'POST' && method !== 'GET')) {
    counted.refused('bad_request');
    return refuse(response, 404, 'not_found_error', 'egress passes on the model’s API under /v1/ and nothing else');
  }
  const body = await readBody(request);
  if (body === undefined) {
    counted.refused('bad_request');
    response.setHeader('connection', 'close');
    return refuse(response, 413, 'request_too_large', 'the request is larger than 32 MB');
  }
  const path = url.split('?')[0] ?? '';
  let outcome: Outcome = { kind: 'failed' };
  let ticket: Ticket | undefined;
  try {
    const upstream = await upstreamOf(sandbox);
    const { pricedAs } = upstream;
    if (method === 'POST' && !FREE.test(path)) {
      ticket = await admit(ports, { sandbox, pricedAs, path, body }, response);
      if (!ticket) return;
    }
    if (gone.aborted) return;
    outcome = { kind: 'abandoned' };
    const began = performance.now();
    const answer = await forward(new URL(`${upstream.url}${url}`), {
      method,
      headers: headersToModel(request.headers, upstream),
      body,
      signal: gone,
    });
    counted.answered(answer.statusCode ?? 502, (performance.now() - began) / 1000);
    log.info({ sandbox, method, path, status: answer.statusCode, bytes: body.length }, 'passed on');
    const isAnswer = (answer.statusCode ?? 502) < 400;
    const reader = createUsageReader(answer.headers);
    let isWhole = false;
    answer.once('end', () => {
      isWhole = true;
    });
    response.writeHead(answer.statusCode ?? 502, headersToSandbox(answer.headers));
    response.flushHeaders();
    try {
      await pipeline(answer, watched(reader), response);
    } finally {
      outcome = isAnswer ? { kind: 'answered', seen: reader.end(isWhole) } : { kind: 'failed' };
    }
  } catch (error) {
    // A sandbox that hangs up has been heard by the model all the same.
    if (gone.aborted) return;
    if (error instanceof UpstreamFailed) {
      outcome = { kind: 'failed' };
      counted.unreachable();
    }
    log.warn({ sandbox, method, path, err: error }, 'the model could not be asked');
    if (response.headersSent) return void response.destroy();
    if (error instanceof CredentialUnreadable) {
      counted.refused('credential');
      return refuse(response, 401, 'authentication_error', UNREADABLE_CREDENTIAL);
    }
    if (error instanceof LogUnreachable) {
      counted.refused('no_log');
      return refuse(response, 503, 'api_error', NO_LOG);
    }
    const failed = error instanceof UpstreamFailed ? error : new UpstreamFailed(502, 'the model could not be asked');
    refuse(response, failed.status, failed.status === 504 ? 'timeout_error' : 'api_error', failed.message);
  } finally {
    ticket?.end(outcome);
  }
};
