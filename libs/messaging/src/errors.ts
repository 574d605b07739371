import { JetStreamApiError } from '@nats-io/jetstream';
import { errors as natsErrors } from '@nats-io/transport-node';

/** The message can never be processed, however often it is tried: it goes to the dead letters and the next is served. */
export class Unprocessable extends Error {
  override readonly name = 'Unprocessable';
}

/** The aggregate stands no longer as whoever decides had seen it: look again, and decide anew. */
export class Outdated extends Error {
  override readonly name = 'Outdated';
  constructor(subject: string) {
    super(`${subject} has changed`);
  }
}

const WRONG_LAST_SEQUENCE = 10071;

/** True where JetStream took nothing, because the subject's last sequence was not the expected one: somebody else was first. */
export const isConflict = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === WRONG_LAST_SEQUENCE;

const TRANSIENT = [
  natsErrors.TimeoutError,
  natsErrors.RequestError,
  natsErrors.NoRespondersError,
  natsErrors.ConnectionError,
  natsErrors.ClosedConnectionError,
  natsErrors.DrainingConnectionError,
];

/** NATS cannot do it now: its disk is full, say, or its servers choose who leads. What is wrong with a request itself is a 4xx. */
const isServers = (error: unknown): boolean => error instanceof JetStreamApiError && error.status >= 500;

/** True for what passes by itself once NATS is well again: worth trying for ever, never the message's fault. */
export const isTransient = (error: unknown): boolean =>
  TRANSIENT.some((kind) => error instanceof kind) ||
  isServers(error) ||
  (error instanceof Error && isTransientCause(error.cause));

const isTransientCause = (cause: unknown): boolean => cause !== undefined && isTransient(cause);
