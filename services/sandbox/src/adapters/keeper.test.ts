import { emptyIndex, put } from '@threadbox/eventsourcing';
import { deriveId } from '@threadbox/schemas';
import { describe, expect, it, vi } from 'vitest';
import type { Fleet } from '../domain/fleet.ts';
import type { Driver } from './driver.ts';
import { createKeeper } from './keeper.ts';

const [running, missing, asleep, awake, unknown] = [1, 2, 3, 4, 5].map((n) => deriveId('keeper', n)) as [
  string,
  string,
  string,
  string,
  string,
];
const fleet: Fleet = {
  running: { [running]: { agent: 'echo' }, [missing]: { agent: 'echo' } },
  line: [],
  asleep: put(put(emptyIndex, asleep, { agent: 'echo' }), awake, { agent: 'echo' }),
};

/** A keeper, a driver that only writes down what it is told (it stands for a place where sandboxes run), and that. */
const keep = () => {
  const told: string[] = [];
  let exit: Parameters<Driver['onExit']>[0] = () => undefined;
  const driver: Driver = {
    start: async ({ id }) => void told.push(`start ${id}`),
    stop: async (id) => void told.push(`stop ${id}`),
    remove: async (id) => void told.push(`remove ${id}`),
    list: () =>
      Promise.resolve([
        { id: running, running: true },
        { id: asleep, running: false },
        { id: awake, running: true },
        { id: unknown, running: false },
      ]),
    onExit: (listener) => void (exit = listener),
    close: () => Promise.resolve(),
  };
  const keeper = createKeeper({
    driver,
    load: () => Promise.resolve(fleet),
    openInput: () => Promise.resolve(),
    closeInput: () => Promise.resolve(),
    mint: () => Promise.resolve({ natsCreds: 'c', modelToken: 't' }),
    fail: async (id, reason) => void told.push(`fail ${id}: ${reason}`),
    log: { info: () => undefined, warn: () => undefined },
  });
  return { keeper, told, exit: (...how: Parameters<typeof exit>) => exit(...how) };
};

describe('the keeper', () => {
  it('puts right what is not as it should be, and touches nothing else', async () => {
    const { keeper, told } = keep();
    await keeper.convergeAll();
    await vi.waitFor(() => expect(told).toHaveLength(3));
    expect(told.toSorted()).toEqual([`remove ${unknown}`, `start ${missing}`, `stop ${awake}`].toSorted());
  });

  it('brings up again what died', async () => {
    const { told, exit } = keep();
    exit(running, 'its machine is gone', 'died');
    await vi.waitFor(() => expect(told).toEqual([`start ${running}`]));
  });

  it.each(['over-limit', 'cannot-start'] as const)('leaves what is %s to who asks next, and tells why', async (how) => {
    const { told, exit } = keep();
    exit(running, 'in plain words', how);
    await vi.waitFor(() => expect(told).toEqual([`fail ${running}: in plain words`]));
  });
});
