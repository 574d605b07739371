import type { NatsConnection } from '@nats-io/transport-node';
import { observed } from '@threadbox/metrics';

/** Whether a connection is up right now: closed is not the only way to be away. Tells operators, too. */
export const watchConnection = (nc: NatsConnection): { isConnected: () => boolean } => {
  let isUp = true;
  let reconnects = 0;
  void (async () => {
    for await (const { type } of nc.status()) {
      if (type === 'disconnect' || type === 'close') isUp = false;
      if (type !== 'reconnect') continue;
      isUp = true;
      reconnects += 1;
    }
  })();
  const isConnected = (): boolean => isUp && !nc.isClosed();
  const stop = observed(['threadbox_nats_connected', 'threadbox_nats_reconnects_total'], (observe) => {
    observe('threadbox_nats_connected', isConnected() ? 1 : 0, {});
    observe('threadbox_nats_reconnects_total', reconnects, {});
  });
  void nc.closed().then(stop);
  return { isConnected };
};
