import type { JsMsg } from '@nats-io/jetstream';

/** What must come before anything newer. */
type Pending = { count: number; upTo: number };

/** Messages that were in hand when a reader died come again after 5 s; those that were purged never do. */
const PATIENCE = 15_000;

/**
 * Keeps order across a crash: newer messages are held back until those that a reader before us had in hand have come
 * again. `held` are the ones that wait.
 */
export const createOrderGate = ({ count, upTo }: Pending, accept: (message: JsMsg) => void) => {
  const seen = new Set<number>();
  const held: JsMsg[] = [];
  let open = count === 0;
  const release = (): void => {
    open = true;
    clearTimeout(deadline);
    for (const message of held.splice(0)) accept(message);
  };
  const deadline = setTimeout(release, open ? 0 : PATIENCE);
  deadline.unref();
  return {
    pass: (message: JsMsg): void => {
      if (open) return accept(message);
      if (message.seq > upTo) {
        held.push(message);
        return;
      }
      accept(message);
      if (seen.add(message.seq).size >= count) release();
    },
    held: (): readonly JsMsg[] => held,
  };
};
