/**
 * Stands for the runners of all sandboxes and for agents that answer at once: one process that reads what every sandbox is given and
 * writes what a runner writes about a turn that ended before there was anything to stream. Its answer is what it was asked.
 */
import { DeliverPolicy } from '@nats-io/jetstream';
import { compose, connectBus, publish } from '@threadbox/messaging';
import { deriveId, sandboxSubject, streams, tokenText, type SandboxInput } from '@threadbox/schemas';

const [url = '', creds = ''] = process.argv.slice(2);
const bus = await connectBus({ url, name: 'admin', creds, inboxPrefix: '_INBOX.admin' });
const consumer = await bus.js.consumers.get(streams.sandbox, {
  filter_subjects: 'sandbox.*.*.in',
  deliver_policy: DeliverPolicy.New,
});
const messages = await consumer.consume();
process.on('disconnect', () => process.exit());
process.send?.('ready');

for await (const message of messages) {
  const given: SandboxInput = message.json();
  if (given.type !== 'turn-given') continue;
  const id = tokenText(message.subject.split('.')[2] ?? '');
  const now = new Date().toISOString();
  const { turn, text } = given.data;
  const finished = compose({
    type: 'turn-finished',
    id: deriveId('instant', id, turn),
    causation: given.id,
    correlation: given.correlation,
    data: { turn, outcome: 'completed', text, usage: {}, startedAt: now, endedAt: now, steps: [], files: [] },
  });
  publish(bus, sandboxSubject(id, 'out'), finished).catch((error: unknown) => console.error(error));
}
