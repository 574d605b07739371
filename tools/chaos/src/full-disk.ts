import { deadSubject } from '@threadbox/schemas';
import type { Bus } from '@threadbox/messaging';

/** Takes all room that NATS has; tells how to give it back. The streams must have a bound, or it would be the machine's disk. */
export const fillDisk = async ({ js, jsm }: Bus): Promise<() => Promise<void>> => {
  const subject = deadSubject('filler');
  // Large pieces first, then small ones: not even a short message finds room.
  for (const size of [500_000, 20_000, 500]) {
    for (let isFull = false; !isFull;) {
      isFull = await js.publish(subject, new Uint8Array(size)).then(
        () => false,
        () => true,
      );
    }
  }
  return async () => {
    await jsm.streams.purge('DEAD', { filter: subject });
  };
};
