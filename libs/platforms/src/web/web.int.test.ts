import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { platformContract } from '../testing/platform-contract.ts';
import { createWebHarness } from '../testing/web-harness.ts';

platformContract('Web', {
  createHarness: createWebHarness,
  faults: ['server-error', 'lost-answer'],
});

it('tells what was posted: the relay keeps no account of its own', async () => {
  const { sender, place, standing, close } = await createWebHarness();
  onTestFinished(close);
  const { conversation } = place;
  expect(await sender.posted?.find(conversation, 'one')).toBe(undefined);
  expect(await sender.posted?.last(conversation)).toBe(undefined);
  const one = await sender.post(conversation, { text: 'first' }, { key: 'one' });
  // Places are told apart by the millisecond.
  await sleep(2);
  const two = await sender.post(conversation, { text: 'second' }, { key: 'two' });
  // As after a crash, by somebody who knows nothing of it: the message keeps its place.
  expect(await sender.post(conversation, { text: 'first, again' }, { key: 'one' })).toBe(one);
  expect(await sender.posted?.find(conversation, 'one')).toBe(one);
  expect(await sender.posted?.last(conversation)).toBe(one);
  expect(await standing()).toMatchObject([
    { id: one, text: 'first, again' },
    { id: two, text: 'second' },
  ]);
});
