import { AckPolicy } from '@nats-io/jetstream';
import { chatSubject, durables, partitionOf, streams } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bus } from './bus.ts';
import { provision } from './provision.ts';

let nats: TestNats;
let bus: Bus;
beforeAll(async () => {
  nats = await testNats();
  bus = await nats.connect('admin');
});
afterAll(async () => {
  await bus.close();
  await nats.stop();
});

it('takes over the durables of an earlier version, with what they have read', async () => {
  const conversation = 'web:ana~1';
  const durable = `auth-inbound-${partitionOf(conversation)}`;
  const row = durables.find((one) => one.durable === durable)!;
  // As version 0.1.0 first had it: one message at a time, and no group.
  await bus.jsm.consumers.delete(streams.chat, durable);
  await bus.jsm.consumers.add(streams.chat, {
    durable_name: durable,
    filter_subject: row.filter,
    ack_policy: AckPolicy.Explicit,
    ack_wait: 5e9,
    max_ack_pending: 1,
    max_deliver: -1,
  });
  for (const text of ['read', 'new']) await bus.js.publish(chatSubject('inbound', conversation), text);
  const first = await (await bus.js.consumers.get(streams.chat, durable)).next();
  expect(first?.string()).toBe('read');
  await first?.ackAck();

  await provision(bus);
  await provision(bus);
  const { config, num_pending: pending } = await bus.jsm.consumers.info(streams.chat, durable);
  expect(config).toMatchObject({ max_ack_pending: row.inFlight, priority_groups: ['readers'] });
  expect(pending).toBe(1);
});
