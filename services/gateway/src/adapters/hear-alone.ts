import { holdLease, type Bus, type Lease } from '@threadbox/messaging';
import type { Accept, Listener, PlatformLog } from '@threadbox/platforms';

/**
 * Hears by a bot that only one process may hear by at a time: whenever the bot's lease is ours, with a listener made anew. While it
 * is in doubt whose it is we go on hearing: what two hear has one id, and is taken once.
 */
export const hearAlone = (options: {
  bus: Bus;
  /** Names the bot, and its lease. */
  prefix: string;
  create: () => Promise<Listener>;
  accept: Accept;
  instance: string | undefined;
  log: PlatformLog;
}): Lease => {
  const { bus, prefix, create, accept, instance, log } = options;
  return holdLease(bus, {
    service: 'gateway',
    name: prefix,
    instance,
    log,
    lead: async ({ signal }) => {
      const listener = await create();
      // A start may take long; the end is not to wait for it.
      const giveUp = (): void => void listener.stop();
      signal.addEventListener('abort', giveUp);
      await listener.start(accept).finally(() => signal.removeEventListener('abort', giveUp));
      log.info({ platform: prefix }, 'listening');
      return listener.stop;
    },
  });
};
