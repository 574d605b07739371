import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';

/** The model could not be asked: `status` is what the sandbox is told, the message says why in plain words. */
export class UpstreamFailed extends Error {
  override readonly name = 'UpstreamFailed';
  readonly status: 502 | 504;
  constructor(status: 502 | 504, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** How long the model may be silent, in milliseconds; Claude Code itself waits ten minutes. */
const SILENCE = 600_000;
/** How long a connection may take, in milliseconds. */
const CONNECT = 15_000;

/** Sends a request on. Resolves with the response's head, its body still to come; `signal` ends both. */
export const forward = (
  url: URL,
  {
    method,
    headers,
    body,
    signal,
  }: { method: string; headers: Record<string, string>; body: Buffer; signal: AbortSignal },
): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const lengths = body.length > 0 || method === 'POST' ? { 'content-length': String(body.length) } : {};
    const sent = send(url, { method, headers: { ...headers, ...lengths }, signal, timeout: SILENCE }, resolve);
    let failure: UpstreamFailed | undefined;
    const giveUp = (what: string): void => {
      failure = new UpstreamFailed(504, `the model at ${url.host} ${what}`);
      sent.destroy(failure);
    };
    sent.on('timeout', () => giveUp('did not answer in time'));
    sent.on('socket', (socket) => {
      if (!socket.connecting) return;
      const timer = setTimeout(() => giveUp('cannot be reached: no connection within 15 seconds'), CONNECT);
      const connected = (): void => clearTimeout(timer);
      socket.once('connect', connected).once('close', connected);
    });
    sent.on('error', (cause) => {
      const code = 'code' in cause ? String(cause.code) : cause.name;
      reject(failure ?? new UpstreamFailed(502, `the model at ${url.host} cannot be reached (${code})`, { cause }));
    });
    sent.end(body);
  });
