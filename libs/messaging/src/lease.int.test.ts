/** The lease on a real NATS; contenders are processes that are killed, stand still and wake again. */
import { spawn, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { leaseSubject, streams } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bus } from './bus.ts';
import { holdLease, type Lease } from './lease.ts';
import type { Term } from './term.ts';

let nats: TestNats;
let lease = '';
let count = 0;
let contenders: Contender[] = [];
/** Who did something, in which term, in the order in which we heard of it. */
let effects: Array<{ name: string; term: number }> = [];
beforeAll(async () => {
  nats = await testNats();
});
afterAll(() => nats.stop());
beforeEach(() => {
  count += 1;
  lease = `lease-${count}`;
  effects = [];
  contenders = [];
});
afterEach(async () => {
  for (const { end } of contenders) await end();
});

type Contender = {
  signal: (signal: NodeJS.Signals) => void;
  ready: Promise<void>;
  ended: Promise<void>;
  end: () => Promise<void>;
};

const contender = (name: string, instance = ''): Contender => {
  const program = join(import.meta.dirname, 'testing/lease-contender.ts');
  const child: ChildProcess = spawn(process.execPath, [program, nats.url, nats.creds('relay'), lease, name, instance], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ready = Promise.withResolvers<void>();
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  if (child.stdout)
    createInterface(child.stdout).on('line', (line) => {
      const [who = '', what = ''] = line.split(' ');
      if (what === 'ready') ready.resolve();
      else effects.push({ name: who, term: Number(what) });
    });
  const made = {
    signal: (signal: NodeJS.Signals) => void child.kill(signal),
    ready: ready.promise,
    ended,
    end: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
  contenders.push(made);
  return made;
};
/** Both are there, and the first holds it. */
const two = async (): Promise<[Contender, Contender]> => {
  const one = contender('one');
  await one.ready;
  const other = contender('other');
  await other.ready;
  await until(() => expect(latest()).toBe('one'));
  return [one, other];
};
const latest = (): string | undefined => effects.at(-1)?.name;
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 30_000, interval: 10 });
/** Nobody did anything in a term that was over, and each term was one process's. */
const expectOneAtATime = (): void => {
  const terms = effects.map(({ term }) => term);
  expect(terms).toEqual(terms.toSorted((a, b) => a - b));
  const owners = Map.groupBy(effects, ({ term }) => term);
  for (const [, of] of owners) expect(new Set(of.map(({ name }) => name)).size).toBe(1);
};

describe('a lease', () => {
  it('is one process’s, and the next one’s at once where the first ends gracefully', async () => {
    const [one] = await two();
    expect(effects.every(({ name }) => name === 'one')).toBe(true);
    one.signal('SIGTERM');
    await one.ended;
    await until(() => expect(latest()).toBe('other'));
    expectOneAtATime();
  });

  it('is taken from one that was killed', async () => {
    const [one] = await two();
    await one.end();
    await until(() => expect(latest()).toBe('other'));
    expectOneAtATime();
  });

  it('is not had any more by one that stood still and wakes', async () => {
    const [one, other] = await two();
    one.signal('SIGSTOP');
    await until(() => expect(latest()).toBe('other'));
    const before = effects.filter(({ name }) => name === 'one').length;
    one.signal('SIGCONT');
    // It learns that it has lost it, and stands by for the next time.
    other.signal('SIGTERM');
    await until(() => expect(latest()).toBe('one'));
    expect(effects.filter(({ name }) => name === 'one').length).toBeGreaterThan(before);
    expectOneAtATime();
  });

  it('stays with its holder while NATS is gone for a while, and again when it is back', async () => {
    await two();
    await nats.kill();
    await sleep(5000);
    const silent = effects.length;
    await sleep(1000);
    // Nobody is sure of anything any more.
    expect(effects).toHaveLength(silent);
    await nats.start();
    await until(() => expect(effects.length).toBeGreaterThan(silent));
    expect(new Set(effects.map(({ name }) => name))).toEqual(new Set(['one']));
    expectOneAtATime();
  });

  it('is somebody’s once NATS is back, where the holder died meanwhile', async () => {
    const [one] = await two();
    await nats.kill();
    await one.end();
    await nats.start();
    await until(() => expect(latest()).toBe('other'));
    expectOneAtATime();
  });

  it('is taken up at once by the next life of the same name, and of no other', async () => {
    const one = contender('first-life', 'relay-0');
    await until(() => expect(effects.length).toBeGreaterThan(0));
    const standby = contender('standby', 'relay-1');
    await standby.ready;
    await one.end();
    contender('second-life', 'relay-0');
    await until(() => expect(latest()).toMatch(/second|standby/));
    // Faster than the other one may be, which waits until it is sure.
    expect(effects.at(-1)?.name).toBe('second-life');
    expectOneAtATime();
  });
});

it('is never two processes’ at once, whatever befalls them', { timeout: 120_000 }, async () => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 1_000_000);
  let state = seed;
  /** mulberry32: the same seed, the same run. */
  const random = (below: number): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below;
  };
  console.log(`seed ${seed}`);
  const alive = new Map(['p0', 'p1', 'p2'].map((name) => [name, contender(name)]));
  const replace = (name: string, round: number): void => {
    alive.delete(name);
    alive.set(`p${round + 3}`, contender(`p${round + 3}`));
  };
  for (let round = 0; round < 12; round += 1) {
    // Most often the holder: what befalls the others changes little.
    const holder = latest();
    const [some = ''] = [...alive.keys()].slice(Math.floor(random(alive.size)));
    const name = holder !== undefined && alive.has(holder) && random(3) < 2 ? holder : some;
    switch (Math.floor(random(4))) {
      case 0:
        await alive.get(name)?.end();
        replace(name, round);
        break;
      case 1:
        alive.get(name)?.signal('SIGTERM');
        replace(name, round);
        break;
      case 2:
        alive.get(name)?.signal('SIGSTOP');
        await sleep(random(6000));
        alive.get(name)?.signal('SIGCONT');
        break;
      case 3:
        await nats.restart();
        break;
    }
    await sleep(random(4000));
  }
  const before = effects.length;
  await until(() => expect(effects.length).toBeGreaterThan(before));
  expectOneAtATime();
  console.log(`${new Set(effects.map(({ term }) => term)).size} terms, ${effects.length} effects`);
});

describe('the work of a lease', () => {
  let bus: Bus;
  let leases: Lease[] = [];
  beforeEach(async () => {
    bus = await nats.connect('relay');
    leases = [];
  });
  afterEach(async () => {
    for (const one of leases) await one.stop();
    await bus.close();
  });
  const hold = (lead: (term: Term) => Promise<() => Promise<void>>, instance?: string): Lease => {
    const log = { info: () => undefined, error: () => undefined };
    const made = holdLease(bus, { service: 'relay', name: lease, instance, lead, log });
    leases.push(made);
    return made;
  };
  const nothing = async (): Promise<void> => undefined;

  it('has ended before the next one begins, however long that takes', async () => {
    const order: string[] = [];
    const first = hold(async (term) => {
      order.push('first begins');
      return async () => {
        await sleep(6000);
        // What is in hand may still be finished.
        await term.sure();
        order.push('first ends');
      };
    });
    await first.settled;
    expect(first.state()).toBe('held');
    const second = hold(async () => {
      order.push('second begins');
      return nothing;
    });
    await second.settled;
    expect(second.state()).toBe('standby');
    await first.stop();
    await until(() => expect(second.state()).toBe('held'));
    expect(order).toEqual(['first begins', 'first ends', 'second begins']);
  });

  it('that cannot begin is told to who asked first, and left to others', async () => {
    const first = hold(() => Promise.reject(new Error('no such token')));
    await expect(first.settled).rejects.toThrow('no such token');
    const second = hold(() => Promise.resolve(nothing));
    await second.settled;
    await until(() => expect(second.state()).toBe('held'));
  });

  it('may do nothing once it is over', async () => {
    let term: Term | undefined;
    const first = hold(async (given) => {
      term = given;
      return nothing;
    });
    await first.settled;
    await term?.sure();
    await first.stop();
    await expect(term?.sure()).rejects.toThrow('lost');
    expect(term?.signal.aborted).toBe(true);
  });

  it('is lost where somebody else wrote the lease, whoever that was', async () => {
    let term: Term | undefined;
    const first = hold(async (given) => {
      term ??= given;
      return nothing;
    });
    await first.settled;
    const admin = await nats.connect('admin');
    await admin.js.publish(leaseSubject('relay', lease), JSON.stringify({ holder: 'another', token: 'theirs' }));
    await admin.close();
    await until(() => expect(term?.signal.aborted).toBe(true));
    await expect(term?.sure()).rejects.toThrow('lost');
    // And once that one is silent, it is ours again.
    await until(() => expect(first.state()).toBe('held'));
  });

  it('is no business of a service that holds other leases, or none', async () => {
    for (const user of ['auth', 'session', 'egress', 'gateway', 'sandbox']) {
      const other = await nats.connect(user);
      await expect(other.js.publish(leaseSubject('relay', lease), '{}', { timeout: 500 })).rejects.toThrow();
      await other.close();
    }
    expect(await bus.jsm.direct.getMessage(streams.leases, { last_by_subj: leaseSubject('relay', lease) })).toBeNull();
  });
});
