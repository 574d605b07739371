import { AckPolicy } from '@nats-io/jetstream';
import { durables } from '@threadbox/schemas';
import { testNats } from '@threadbox/tool-infrastructure/testing';
import { expect, it } from 'vitest';
import { provision } from './provision.ts';

it('brings a durable that an older version made up to date, and keeps its place', async () => {
  const nats = await testNats();
  const admin = await nats.connect('admin');
  const { durable, stream, filter } = durables.find((one) => one.durable === 'auth-inbound-3')!;
  await admin.jsm.consumers.delete(stream, durable);
  await admin.jsm.consumers.add(stream, {
    durable_name: durable,
    filter_subject: filter,
    ack_policy: AckPolicy.Explicit,
    ack_wait: 5e9,
    max_ack_pending: 1,
    max_deliver: -1,
  });
  await admin.js.publish(filter.replace('>', 'web.x'), '{}');
  const before = await admin.js.consumers.get(stream, durable);
  (await before.next({ expires: 5000 }))?.ack();
  await admin.nc.flush();
  await provision(admin);
  const { config, delivered } = await admin.jsm.consumers.info(stream, durable);
  expect(config).toMatchObject({ priority_policy: 'pinned_client', priority_groups: ['readers'], max_ack_pending: 64 });
  expect(delivered.stream_seq).toBe(1);
  // And again changes nothing.
  await provision(admin);
  await admin.close();
  await nats.stop();
});
