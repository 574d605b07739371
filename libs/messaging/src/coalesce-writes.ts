import type { NatsConnection } from '@nats-io/transport-node';

type Protocol = { flushPending: () => void };

/**
 * Sends what is published in one turn of the event loop with one system call. The client sends after every microtask that published
 * something, and has no setting for it; this replaces its own `flushPending`. Tells false, and changes nothing, where there is none.
 */
export const coalesceWrites = (nc: NatsConnection): boolean => {
  const { protocol } = nc as unknown as { protocol?: Partial<Protocol> };
  if (typeof protocol?.flushPending !== 'function') return false;
  const flush = protocol.flushPending.bind(protocol);
  let isDue = false;
  protocol.flushPending = () => {
    if (isDue) return;
    isDue = true;
    setImmediate(() => {
      isDue = false;
      flush();
    });
  };
  return true;
};
