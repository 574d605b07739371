/**
 * Request and reply for what is asked for each message: publishing to JetStream and reading a message back. The client's own way makes an error
 * with its stack for each request that went well, and a timer; together half of what a publish costs this process.
 */
import { createInbox, errors, type Msg, type NatsConnection, type RequestOptions } from '@nats-io/transport-node';

type Pending = { subject: string; resolve: (message: Msg) => void; reject: (error: Error) => void; deadline: number };

/** How often it is looked for requests that nobody answered, in milliseconds. */
const LOOK = 250;
const NO_RESPONDERS = 503;

/** Replaces the connection's `request` by one that does the same for less; what it does not know it leaves to the client's. */
export const quickenRequests = (nc: NatsConnection, inboxPrefix: string): void => {
  const original = nc.request.bind(nc);
  const inbox = `${createInbox(inboxPrefix)}.`;
  const pending = new Map<string, Pending>();
  let last = 0;
  let timer: NodeJS.Timeout | undefined;

  const settle = (token: string): Pending | undefined => {
    const found = pending.get(token);
    pending.delete(token);
    return found;
  };
  const fail = (concerned: (one: Pending) => boolean, error: () => Error): void => {
    for (const [token, one] of pending) if (concerned(one)) settle(token)?.reject(error());
  };
  const look = (): void => {
    const now = performance.now();
    fail(
      ({ deadline }) => deadline <= now,
      () => new errors.TimeoutError(),
    );
    if (pending.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  nc.subscribe(`${inbox}*`, {
    callback: (_, message) => {
      const one = settle(message.subject.slice(inbox.length));
      if (!one) return;
      if (message.data.length === 0 && message.headers?.code === NO_RESPONDERS) {
        const cause = new errors.NoRespondersError(one.subject);
        one.reject(new errors.RequestError(cause.message, { cause }));
      } else one.resolve(message);
    },
  });
  void (async () => {
    for await (const status of nc.status()) {
      if (status.type !== 'error' || !(status.error instanceof errors.PermissionViolationError)) continue;
      const { operation, subject } = status.error;
      const cause = status.error;
      if (operation === 'publish')
        fail(
          (one) => one.subject === subject,
          () => new errors.RequestError(cause.message, { cause }),
        );
    }
    fail(
      () => true,
      () => new errors.ClosedConnectionError(),
    );
    clearInterval(timer);
  })();

  nc.request = (subject, payload, options: Partial<RequestOptions> = {}) => {
    const { timeout = 1000, headers, ...others } = options;
    if (Object.keys(others).length > 0) return original(subject, payload, options as RequestOptions);
    last += 1;
    const token = last.toString(36);
    return new Promise<Msg>((resolve, reject) => {
      nc.publish(subject, payload, { reply: inbox + token, ...(headers ? { headers } : {}) });
      pending.set(token, { subject, resolve, reject, deadline: performance.now() + timeout });
      timer ??= setInterval(look, LOOK);
    });
  };
};
