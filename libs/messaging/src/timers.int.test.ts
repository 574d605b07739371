import { deriveId, TimerDue } from '@threadbox/schemas';
import { testNats } from '@threadbox/tool-infrastructure/testing';
import { expect, it, vi } from 'vitest';
import { react } from './react.ts';
import { clearTimers, setTimer } from './timers.ts';

const cause = (name: string) => ({ id: deriveId(name), correlation: deriveId(name) });
const soon = (ms: number): Date => new Date(Date.now() + ms);

it('rings once, at the time that was set last, and not at all once cleared', async () => {
  const nats = await testNats();
  const bus = await nats.connect('admin');
  const rung: string[] = [];
  const reader = await react(bus, {
    durable: 'session-due',
    schema: TimerDue,
    handle: async ({ data, causation }) => void rung.push(`${data.id} ${causation}`),
  });
  const timer = (id: string) => ({ aggregate: 'session', id, name: 'idle' });
  await setTimer(bus, timer('moved'), soon(1000), cause('early'));
  await setTimer(bus, timer('moved'), soon(2000), cause('late'));
  await setTimer(bus, timer('cleared'), soon(1000), cause('cleared'));
  await clearTimers(bus, 'session', 'cleared');
  await vi.waitFor(() => expect(rung).toEqual([`moved ${deriveId('late')}`]), { timeout: 10_000 });
  await reader.stop();
  await bus.close();
  await nats.stop();
});
