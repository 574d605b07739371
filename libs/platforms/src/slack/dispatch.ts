import type { App, ReceiverEvent } from '@slack/bolt';
import { z } from 'zod';
import { createLanes } from '../webhook/lanes.ts';

const channel = z.object({
  event: z
    .object({ channel: z.string().optional(), item: z.object({ channel: z.string().optional() }).optional() })
    .optional()
    .catch(undefined),
  channel_id: z.string().optional(),
  container: z.object({ channel_id: z.string().optional() }).optional().catch(undefined),
});

/** The channel that a payload is about, if any. */
const laneOf = (body: unknown): string | undefined => {
  const { data } = channel.safeParse(body);
  return data?.event?.channel ?? data?.event?.item?.channel ?? data?.channel_id ?? data?.container?.channel_id;
};

/** Has Bolt dispatch a payload; resolves with what is to be answered. Rejected: it was not taken in. */
export type Dispatch = (app: App, event: Omit<ReceiverEvent, 'ack'>) => Promise<unknown>;

/**
 * Dispatches what comes from one channel one after the other, in the order it came. Bolt says "received" of an event
 * before it is dispatched; here that is only remembered, and said by whoever dispatches once this has resolved.
 */
export const createDispatch = (): Dispatch => {
  const inLane = createLanes();
  return async (app, event) => {
    let acked: unknown;
    const ack = (response: unknown): Promise<void> => Promise.resolve(void (acked = response));
    await inLane(laneOf(event.body), () => app.processEvent({ ...event, ack }));
    return acked;
  };
};
