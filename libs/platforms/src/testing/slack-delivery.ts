/** How the fake tells the bot what happened: signed requests, or envelopes of Socket Mode. */
import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { WebSocketServer, type WebSocket } from 'ws';

/** What Slack tells of. Only events are told of again; what a person did to a message fails before their eyes. */
export type Told = { kind: 'events_api' | 'slash_commands' | 'interactive'; payload: Record<string, unknown> };

/** A way to tell; `tell` resolves at once, and what it gives tells whether the bot said "received". */
export type Delivery = {
  tell: (told: Told) => { received: () => boolean };
  /** Tells of what was told last once more. */
  again: () => Promise<void>;
  close: () => Promise<void>;
};

/** What the bot is sent for this, and its signature (Slack, verifying requests). */
export const signedRequest = (
  { kind, payload }: Told,
  signingSecret: string,
  more: { retry?: number; at?: number } = {},
): { body: string; headers: Record<string, string> } => {
  const { retry = 0, at = Math.floor(Date.now() / 1000) } = more;
  const form = (values: Record<string, unknown>): string =>
    new URLSearchParams(
      Object.entries(values).map(([name, value]): [string, string] => [name, String(value)]),
    ).toString();
  const body =
    kind === 'events_api'
      ? JSON.stringify(payload)
      : form(kind === 'interactive' ? { payload: JSON.stringify(payload) } : payload);
  const signature = createHmac('sha256', signingSecret).update(`v0:${at}:${body}`).digest('hex');
  return {
    body,
    headers: {
      'content-type': kind === 'events_api' ? 'application/json' : 'application/x-www-form-urlencoded',
      'x-slack-request-timestamp': String(at),
      'x-slack-signature': `v0=${signature}`,
      ...(retry > 0 && { 'x-slack-retry-num': String(retry), 'x-slack-retry-reason': 'http_error' }),
    },
  };
};

/** Milliseconds to the next try of a delivery; Slack itself waits seconds to minutes, and tries three times. */
const RETRY = 15;

/** By HTTP to the address that `url` names: one after the other, each until it is answered with 200. */
export const deliverByHttp = (url: () => string, signingSecret: string): Delivery => {
  let tail: Promise<unknown> = Promise.resolve();
  let last: Told | undefined;
  const closing = new AbortController();
  const send = async (told: Told, retry: number): Promise<boolean> => {
    const { body, headers } = signedRequest(told, signingSecret, { retry });
    const answer = await fetch(url(), { method: 'POST', headers, body }).catch(() => undefined);
    await answer?.arrayBuffer();
    return answer?.status === 200;
  };
  const insist = async (told: Told, deed: { isReceived: boolean }): Promise<void> => {
    for (let retry = 0; !deed.isReceived && !closing.signal.aborted; retry += 1) {
      deed.isReceived = await send(told, retry);
      if (told.kind !== 'events_api') return;
      if (!deed.isReceived) await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  };
  return {
    tell: (told) => {
      last = told;
      const deed = { isReceived: false };
      tail = tail.then(() => insist(told, deed));
      return { received: () => deed.isReceived };
    },
    again: async () => {
      if (last) await send(last, 1);
    },
    close: async () => {
      closing.abort();
      await tail;
    },
  };
};

/** By Socket Mode; what was not answered is told again on the next connection. */
export const deliverBySocket = async (): Promise<Delivery & { url: string; drop: () => void }> => {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await new Promise<void>((resolve) => server.once('listening', resolve));
  const waiting = new Map<string, { told: Told; retry: number }>();
  let socket: WebSocket | undefined;
  let count = 0;
  let last: Told | undefined;
  const send = (id: string): void => {
    const entry = waiting.get(id);
    if (!entry || socket?.readyState !== 1) return;
    const { told, retry } = entry;
    const more = retry > 0 ? { retry_attempt: retry, retry_reason: 'timeout' } : {};
    const accepts = told.kind !== 'events_api';
    socket.send(
      JSON.stringify({
        envelope_id: id,
        type: told.kind,
        payload: told.payload,
        accepts_response_payload: accepts,
        ...more,
      }),
    );
    entry.retry += 1;
  };
  server.on('connection', (next) => {
    socket = next;
    next.on('message', (raw: Buffer) => {
      const { envelope_id: id } = JSON.parse(raw.toString('utf8')) as { envelope_id: string };
      waiting.delete(id);
    });
    next.send(JSON.stringify({ type: 'hello', num_connections: 1, connection_info: { app_id: 'A0THREADBOX' } }));
    for (const id of waiting.keys()) send(id);
  });
  const tell = (told: Told) => {
    last = told;
    const id = `envelope-${(count += 1)}`;
    waiting.set(id, { told, retry: 0 });
    send(id);
    return { received: () => !waiting.has(id) };
  };
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tell,
    again: () => Promise.resolve(void (last && tell(last))),
    drop: () => socket?.send(JSON.stringify({ type: 'disconnect', reason: 'refresh_requested' })),
    close: async () => {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
