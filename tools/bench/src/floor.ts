import { compose, publish, react, type Bus } from '@threadbox/messaging';
import { chatSubject, deriveId, MessageReceived, partitionOf } from '@threadbox/schemas';

/** What one hop costs at the least: publish with acknowledgement, consume, acknowledge, in one process. */
export const measureHop = async (bus: Bus, count: number): Promise<number[]> => {
  const conversation = 'bench:floor';
  const times: number[] = [];
  let heard: () => void = () => undefined;
  const reader = await react(bus, {
    durable: `auth-inbound-${partitionOf(conversation)}`,
    schema: MessageReceived,
    handle: async () => heard(),
  });
  for (let n = 0; n < count; n += 1) {
    const message = compose({
      type: 'message-received',
      id: deriveId('floor', n, Date.now()),
      data: {
        platform: 'bench',
        workspace: 'bench:floor',
        conversation,
        direct: true,
        author: { id: 'bench:1', name: 'bench' },
        text: 'x'.repeat(500),
        attachments: [],
      },
    });
    const arrived = new Promise<void>((resolve) => {
      heard = resolve;
    });
    const begun = performance.now();
    await publish(bus, chatSubject('inbound', conversation), message);
    await arrived;
    times.push(performance.now() - begun);
  }
  await reader.stop();
  return times;
};
