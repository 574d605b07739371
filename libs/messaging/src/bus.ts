import { readFile } from 'node:fs/promises';
import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, credsAuthenticator, type NatsConnection } from '@nats-io/transport-node';
import { watchConnection } from './connection.ts';
import { coalesceWrites } from './coalesce-writes.ts';
import { quickenRequests } from './quick-requests.ts';

/** A connection to NATS with what is needed of JetStream. */
export type Bus = {
  readonly nc: NatsConnection;
  readonly js: JetStreamClient;
  readonly jsm: JetStreamManager;
  /** Whether NATS is there right now. */
  readonly isConnected: () => boolean;
  /** Tells the process that something has ended for good without which it is deaf. */
  readonly fail: (error: Error) => void;
  /** Sends what is buffered, ends subscriptions and closes. */
  readonly close: () => Promise<void>;
};

/** How often the server is asked whether it is there, in milliseconds; twice without an answer, and the connection is made anew. */
const PING = 10_000;

/** The oldest server with scheduled messages and per-message TTL; older ones ignore those settings silently. */
const OLDEST_SERVER = [2, 12] as const;

/**
 * Connects as one of the NATS users. `creds` is the path of its credentials file, or its content as bytes; `inboxPrefix` what it may
 * subscribe to for replies (`_INBOX.<user>`). Reconnects for ever once it was connected.
 * Throws where no server answers, the credentials are refused, or the server is older than 2.12.
 */
export const connectBus = async (options: {
  url: string;
  name: string;
  creds?: string | Uint8Array | undefined;
  inboxPrefix?: string | undefined;
  /** Called where the connection ended for good (the credentials are refused now), or a reader did. */
  onLost?: (error: Error) => void;
}): Promise<Bus> => {
  const inboxPrefix = options.inboxPrefix ?? `_INBOX.${options.name}`;
  const nc = await connect({
    servers: options.url,
    name: options.name,
    inboxPrefix,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    pingInterval: PING,
    maxPingOut: 2,
    // Half of a publish's cost is stack traces: measured 44,000/s with them, 96,000/s without.
    noAsyncTraces: true,
    ...(options.creds === undefined
      ? {}
      : {
          authenticator: credsAuthenticator(
            typeof options.creds === 'string' ? await readFile(options.creds) : options.creds,
          ),
        }),
  });
  const version = nc.info?.version ?? '0';
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < OLDEST_SERVER[0] || (major === OLDEST_SERVER[0] && minor < OLDEST_SERVER[1])) {
    await nc.close();
    throw new Error(`nats-server ${version} is too old: Threadbox needs ${OLDEST_SERVER.join('.')} or newer`);
  }
  let isClosing = false;
  const fail = (error: Error): void => {
    if (!isClosing) options.onLost?.(error);
  };
  void nc.closed().then((error) => fail(error ?? new Error('the connection to NATS was closed')));
  coalesceWrites(nc);
  quickenRequests(nc, inboxPrefix);
  return {
    nc,
    ...watchConnection(nc),
    fail,
    js: jetstream(nc),
    // checkAPI asks for account rights that no service has.
    jsm: await jetstreamManager(nc, { checkAPI: false }),
    close: async () => {
      isClosing = true;
      if (!nc.isClosed()) await nc.drain();
    },
  };
};
