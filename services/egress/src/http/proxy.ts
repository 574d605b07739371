/**
 * The way out for everything but the model: an HTTP proxy (RFC 9110, CONNECT and absolute addresses).
 *
 * Semantics: a sandbox says who it is with its own token. It reaches what the settings, its workspace or its session allow,
 * on ports 80 and 443, and nothing else. Every decision is on the log before it counts; where the log cannot be reached,
 * nobody gets out. A name is resolved here, once, and the connection goes to the address that was looked at: a name that
 * points to this machine, its network or a cloud's metadata is refused, however it changes afterwards.
 */
import { lookup as dnsLookup } from 'node:dns/promises';
import { request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { counter } from '@threadbox/metrics';
import { WayAllowedBy, WayRefusedFor } from '@threadbox/schemas';
import { pipeline } from 'node:stream/promises';
import type { Gatekeeper } from '../adapters/gatekeeper.ts';
import { LogUnreachable } from '../adapters/log-unreachable.ts';
import { refusalWord, type Judgement } from '../domain/judge-way.ts';
import { isPublicAddress } from './public-address.ts';

export type ProxyPorts = {
  gatekeeper: Pick<Gatekeeper, 'judge' | 'record'>;
  /** The sandbox that a token names, or undefined where it is not good. */
  verify: (token: string) => Promise<string | undefined>;
  log: { info: (fields: object, text: string) => void; warn: (fields: object, text: string) => void };
  /** The addresses of a host; the system's resolver where left out. */
  lookup?: (host: string) => Promise<readonly string[]>;
  /** Which addresses may be reached; those of the public internet where left out. */
  isReachable?: (address: string) => boolean;
};

/** The sandbox may not go there, or it cannot be gone to. */
class NoWay extends Error {
  override readonly name = 'NoWay';
  readonly status: 403 | 407 | 502 | 503;
  constructor(status: 403 | 407 | 502 | 503, message: string) {
    super(message);
    this.status = status;
  }
}

/** How long a connection may take, in milliseconds. */
const CONNECT = 15_000;

const reasons = {
  403: 'Forbidden',
  407: 'Proxy Authentication Required',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
} as const;

const systemLookup = async (host: string): Promise<readonly string[]> =>
  (await dnsLookup(host, { all: true })).map(({ address }) => address);

/** `Basic` with the token as password, as programs make it from `http://sandbox:<token>@…`, or `Bearer`. */
const tokenOf = (header: string | undefined): string | undefined => {
  const [, scheme = '', value = ''] = /^(\w+) +(.+)$/.exec(header ?? '') ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  const text = Buffer.from(value, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
};

/** Whether a host and port can stand on the log: what cannot leads nowhere. */
const isWritable = (host: string, port: number): boolean =>
  host.length > 0 && host.length <= 255 && Number.isInteger(port) && port >= 0 && port <= 65_535;

/** Handles what is addressed to others: `connect` for tunnels, `request` for plain HTTP. */
export const createProxy = ({
  gatekeeper,
  verify,
  log,
  lookup = systemLookup,
  isReachable = isPublicAddress,
}: ProxyPorts) => {
  const decided = counter('threadbox_egress_ways_total', [
    ...WayAllowedBy.options.map((why) => ({ verdict: 'allowed', why })),
    ...WayRefusedFor.options.map((why) => ({ verdict: 'refused', why })),
  ]);
  /** Who asks, and the address that the host has. Throws `NoWay`. */
  const decide = async (authorization: string | undefined, host: string, port: number) => {
    const token = tokenOf(authorization);
    const sandbox = token === undefined ? undefined : await verify(token);
    if (sandbox === undefined) throw new NoWay(407, 'this sandbox’s token is missing, expired or not valid');
    const refuse = async (judgement: Extract<Judgement, { verdict: 'refused' }>): Promise<NoWay> => {
      const { why } = judgement;
      log.warn({ sandbox, host, port, why }, 'a sandbox was not let out');
      decided({ verdict: 'refused', why });
      await gatekeeper.record(sandbox, { host, port, ...judgement });
      return new NoWay(403, `egress lets no sandbox reach ${host}:${port}: ${refusalWord(why)}`);
    };
    if (!isWritable(host, port)) throw new NoWay(403, 'no host and port that could be reached');
    const judgement = await gatekeeper.judge(sandbox, { host, port });
    if (judgement.verdict === 'refused') throw await refuse(judgement);
    const addresses = await lookup(host).catch(() => []);
    if (addresses.length === 0) throw new NoWay(502, `${host} has no address`);
    const address = addresses.find(isReachable);
    // One private address among public ones is somebody’s trick, not a mirror.
    if (address === undefined || !addresses.every(isReachable))
      throw await refuse({ verdict: 'refused', why: 'address' });
    await gatekeeper.record(sandbox, { host, port, ...judgement });
    decided({ verdict: 'allowed', why: judgement.why });
    log.info({ sandbox, host, port, why: judgement.why }, 'let out');
    return { sandbox, address };
  };

  const open = (address: string, port: number, host: string): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: address, port, timeout: CONNECT, noDelay: true });
      const fail = (): void => {
        socket.destroy();
        reject(new NoWay(502, `${host} cannot be reached`));
      };
      socket.once('error', fail).once('timeout', fail);
      socket.once('connect', () => {
        socket.setTimeout(0);
        socket.off('error', fail).off('timeout', fail);
        resolve(socket);
      });
    });

  const problemOf = (error: unknown): NoWay => {
    if (error instanceof NoWay) return error;
    if (!(error instanceof LogUnreachable)) return new NoWay(502, 'the request could not be passed on');
    log.warn({ err: error }, 'nobody is let out');
    return new NoWay(503, 'egress lets nobody out: the log that decides about it cannot be reached');
  };

  return {
    connect: async (request: IncomingMessage, client: Socket, head: Buffer): Promise<void> => {
      client.on('error', () => client.destroy());
      try {
        const [, host = '', port = ''] = /^(.+):(\d{1,5})$/.exec(request.url ?? '') ?? [];
        const { address } = await decide(request.headers['proxy-authorization'], host, Number(port));
        const remote = await open(address, Number(port), host);
        client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        remote.write(head);
        await Promise.all([pipeline(client, remote), pipeline(remote, client)]).catch(() => undefined);
        remote.destroy();
        client.destroy();
      } catch (error) {
        const { status, message } = problemOf(error);
        const more = status === 407 ? 'Proxy-Authenticate: Basic realm="sandbox"\r\n' : '';
        client.end(
          `HTTP/1.1 ${status} ${reasons[status]}\r\n${more}Content-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${message}\n`,
        );
      }
    },

    request: async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
      const { 'proxy-authorization': authorization, 'proxy-connection': _, ...headers } = request.headers;
      try {
        const url = new URL(request.url ?? '');
        if (url.protocol !== 'http:') throw new NoWay(403, 'https goes through CONNECT');
        const port = Number(url.port) || 80;
        const { address } = await decide(authorization, url.hostname, port);
        const answer = await new Promise<IncomingMessage>((resolve, reject) => {
          const sent = httpRequest(
            {
              host: address,
              port,
              method: request.method,
              path: url.pathname + url.search,
              headers: { ...headers, host: url.host },
              timeout: CONNECT,
            },
            resolve,
          );
          sent.once('error', () => reject(new NoWay(502, `${url.hostname} cannot be reached`)));
          response.once('close', () => sent.destroy());
          request.pipe(sent);
        });
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        await pipeline(answer, response);
      } catch (error) {
        const { status, message } = problemOf(error);
        if (response.headersSent) return void response.destroy();
        const more = status === 407 ? { 'proxy-authenticate': 'Basic realm="sandbox"' } : {};
        response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...more }).end(`${message}\n`);
      }
    },
  };
};
