import { PARTITIONS, streams } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Bus } from './bus.ts';
import { provision, RESTORING } from './provision.ts';

let nats: TestNats;
let bus: Bus;
beforeEach(async () => {
  nats = await testNats();
  bus = await nats.connect('admin');
});
afterEach(async () => {
  await bus.close();
  await nats.stop();
});

it('may run any number of times', async () => {
  await bus.js.publish(`events.${PARTITIONS - 1}.workspace.w`, '{}');
  await provision(bus);
  await provision(bus);
  expect((await bus.jsm.streams.info(streams.events)).state.messages).toBe(1);
});

it('refuses a log with another number of partitions, whether it says so or not', async () => {
  await bus.jsm.streams.update(streams.events, { metadata: { 'threadbox-partitions': String(PARTITIONS * 2) } });
  await expect(provision(bus)).rejects.toThrow(`written with ${PARTITIONS * 2} partitions`);
  await bus.jsm.streams.update(streams.events, { metadata: {} });
  await provision(bus);
  await bus.jsm.streams.update(streams.events, { metadata: {} });
  await bus.js.publish(`events.${PARTITIONS}.workspace.w`, '{}');
  await expect(provision(bus)).rejects.toThrow('more partitions');
});

it('refuses where a restore was not finished', async () => {
  await bus.jsm.streams.add({ name: RESTORING, subjects: ['restoring'] });
  await expect(provision(bus)).rejects.toThrow('threadbox restore');
});
