import { type App, type Receiver, SocketModeReceiver } from '@slack/bolt';
import { pause } from '../back-off.ts';
import { Misconfigured } from '../errors.ts';
import type { PlatformLog } from '../log.ts';
import { clientOptions, silent } from './client.ts';
import { createDispatch } from './dispatch.ts';
import { toPortError } from './errors.ts';
import type { SlackSettings } from './settings.ts';

/** Slack closes a connection every few hours; a peer that does not say goodbye in this time is left, in milliseconds. */
const GOODBYE = 2000;

/**
 * Bolt's receiver of Socket Mode, with two things of ours: Slack is told "received" only once Bolt has dispatched (so
 * once the event was accepted; Bolt by itself says so before), and it connects again however a connection ended (by
 * itself it gives up where Slack cannot be reached).
 */
export const createSocketReceiver = (
  settings: SlackSettings,
  { log, backOff }: { log: PlatformLog; backOff: (attempt: number) => number },
): Receiver & { isConnected: () => boolean } => {
  const socket = new SocketModeReceiver({
    appToken: settings.SLACK_APP_TOKEN!,
    logger: silent,
    autoReconnectEnabled: false,
    installerOptions: { clientOptions: clientOptions(settings, 10_000) },
    // Not told "received", so that Slack delivers again.
    processEventErrorHandler: () => Promise.resolve(false),
  });
  const { client } = socket;
  const hand = createDispatch();
  const stopping = new AbortController();
  const { signal } = stopping;
  const underWay = new Set<Promise<void>>();
  let running: Promise<void> = Promise.resolve();
  let isConnected = false;

  const dispatchBy =
    (app: App): App['processEvent'] =>
    async (event) => {
      const work = (async () => event.ack(await hand(app, event)))();
      underWay.add(work);
      try {
        await work;
      } catch (error) {
        log.warn({ err: error }, 'a Slack event was not taken in; Slack delivers it again');
        throw error;
      } finally {
        underWay.delete(work);
      }
    };

  /** Connects, and tells when the connection has ended. */
  const connect = async (): Promise<{ ended: Promise<void> }> => {
    const ended = new Promise<void>((resolve) => client.once('disconnected', () => resolve())).then(() => {
      isConnected = false;
    });
    try {
      await socket.start();
    } catch (error) {
      throw toPortError(error, { method: 'apps.connections.open', repeatable: true });
    }
    isConnected = true;
    log.info({}, 'Slack: connected by Socket Mode');
    return { ended };
  };

  /** Keeps connected until it is stopped. */
  const run = async (first: Promise<void> | undefined): Promise<void> => {
    await first;
    for (let attempt = 1; !signal.aborted; attempt += 1) {
      await pause(backOff(attempt), signal);
      if (signal.aborted) return;
      try {
        const { ended } = await connect();
        attempt = 0;
        await ended;
      } catch (error) {
        if (!signal.aborted) log.error({ err: error, attempt }, 'Slack cannot be reached; trying again');
      }
    }
  };

  return {
    isConnected: () => isConnected,
    init: (app) => socket.init({ processEvent: dispatchBy(app) } as App),
    start: async () => {
      let ended: Promise<void> | undefined;
      try {
        ({ ended } = await connect());
      } catch (error) {
        if (error instanceof Misconfigured)
          throw new Misconfigured(
            'Slack does not accept SLACK_APP_TOKEN. Make an app-level token with the scope connections:write at Basic Information of the app’s page, and switch Socket Mode on.',
          );
        log.warn({ err: error }, 'Slack cannot be reached; trying again');
      }
      running = run(ended);
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled(underWay);
      const limit = new AbortController();
      const gone = Promise.all([client.disconnect(), running]);
      await Promise.race([gone, pause(GOODBYE, limit.signal)]);
      limit.abort();
    },
  };
};
