import { AckPolicy } from '@nats-io/jetstream';
import {
  chatSubject,
  durableOf,
  durables,
  MessageReceived,
  partitionOf,
  partitions,
  readerOf,
  shares,
  streams,
} from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Bus } from './bus.ts';
import { provision } from './provision.ts';
import { publish } from './publish.ts';
import { react } from './react.ts';
import { said } from './testing/said.ts';

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

const earlier = { ack_policy: AckPolicy.Explicit, ack_wait: 5e9, max_deliver: -1 };

it('brings a durable of an earlier release up to date, with what it has read', async () => {
  const subject = chatSubject('inbound', 'web:ana~1');
  const durable = readerOf('auth-inbound', subject) ?? '';
  const row = durables.find((one) => one.durable === durable)!;
  // One message at a time, and no group.
  await bus.jsm.consumers.delete(streams.chat, durable);
  const filters = { filter_subjects: [...row.filters] };
  await bus.jsm.consumers.add(streams.chat, { ...earlier, ...filters, durable_name: durable, max_ack_pending: 1 });
  for (const text of ['read', 'new']) await bus.js.publish(subject, text);
  const first = await (await bus.js.consumers.get(streams.chat, durable)).next();
  expect(first?.string()).toBe('read');
  await first?.ackAck();

  await provision(bus);
  await provision(bus);
  const { config, num_pending: pending } = await bus.jsm.consumers.info(streams.chat, durable);
  expect(config).toMatchObject({ max_ack_pending: row.inFlight, priority_groups: ['readers'] });
  expect(pending).toBe(1);
});

describe('durables of a release that had one for every lane', () => {
  /** A conversation of each lane. */
  const conversations = partitions.map((p) => {
    for (let n = 0; ; n += 1) if (partitionOf(`web:ana~${n}`) === p) return `web:ana~${n}`;
  });
  const old = (p: number): string => `auth-inbound-${p}`;
  const say = (p: number, text: string): Promise<unknown> => {
    const conversation = conversations[p] ?? '';
    return publish(bus, chatSubject('inbound', conversation), said(conversation, text));
  };
  /** As it was: the lanes' durables instead of the shares'. */
  const asItWas = async (): Promise<void> => {
    for (const share of shares) await bus.jsm.consumers.delete(streams.chat, durableOf('auth-inbound', share));
    for (const p of partitions)
      await bus.jsm.consumers.add(streams.chat, {
        ...earlier,
        durable_name: old(p),
        filter_subject: `chat.inbound.${p}.>`,
        max_ack_pending: 64,
      });
  };
  /** Its reader took the next `count` of a lane, and dealt with those that `isDone` says. */
  const readAsItWas = async (p: number, count: number, isDone = (_at: number): boolean => true): Promise<void> => {
    const messages = await (await bus.js.consumers.get(streams.chat, old(p))).fetch({ max_messages: count });
    let at = 0;
    for await (const message of messages) if (isDone(at++)) await message.ackAck();
    expect(at).toBe(count);
  };
  const left = async (): Promise<string[]> => {
    const names: string[] = [];
    for await (const { name } of bus.jsm.consumers.list(streams.chat))
      if (/^auth-inbound-\d+$/.test(name)) names.push(name);
    return names;
  };
  /** What the readers of the shares are given: what is new, and what may have been dealt with before. */
  const readAll = async () => {
    const auth = await nats.connect('auth');
    const given: Array<{ text: string; redelivered: boolean }> = [];
    for (const share of shares)
      await react(auth, {
        durable: durableOf('auth-inbound', share),
        schema: MessageReceived,
        handle: async ({ data }, { redelivered }) => void given.push({ text: data.text, redelivered }),
      });
    return {
      texts: (isAgain: boolean) => given.filter((one) => one.redelivered === isAgain).map(({ text }) => text),
      close: () => auth.close(),
    };
  };

  it('hand on what they had not dealt with, and say what may come twice', async () => {
    await asItWas();
    for (const text of ['a', 'b', 'c']) for (const p of partitions) await say(p, `${text}${p}`);
    // All lanes but three are at the end; of those three one is a step behind, one has a hole, and one has begun with nothing.
    for (const p of partitions.slice(3)) await readAsItWas(p, 3);
    await readAsItWas(0, 2);
    await readAsItWas(1, 3, (at) => at !== 1);

    await provision(bus);
    await say(5, 'later');
    await provision(bus);
    expect(await left()).toEqual([]);

    const readers = await readAll();
    // The lane that had begun with nothing is the oldest: from there on all comes again.
    const fromThere = ['a', 'b', 'c'].flatMap((text) => partitions.map((p) => `${text}${p}`)).slice(2);
    await vi.waitFor(() => expect(readers.texts(true).toSorted()).toEqual(fromThere.toSorted()), { timeout: 10_000 });
    expect(readers.texts(false)).toEqual(['later']);
    await readers.close();
  });

  it('hand on nothing where they had dealt with all', async () => {
    await asItWas();
    for (const p of partitions) await say(p, `old${p}`);
    for (const p of partitions) await readAsItWas(p, 1);
    await provision(bus);
    await say(2, 'new');
    const readers = await readAll();
    await vi.waitFor(() => expect(readers.texts(false)).toEqual(['new']), { timeout: 10_000 });
    expect(readers.texts(true)).toEqual([]);
    await readers.close();
  });

  it('hand on all the same where that was begun and not finished', async () => {
    await asItWas();
    for (const p of partitions) await say(p, `read${p}`);
    for (const p of partitions) await readAsItWas(p, 1);
    await say(1, 'one');
    const third = durableOf('auth-inbound', 2);
    const consumers = Object.assign(Object.create(bus.jsm.consumers) as typeof bus.jsm.consumers, {
      add: async (...args: Parameters<typeof bus.jsm.consumers.add>) => {
        if (args[1].durable_name === third) throw new Error('killed');
        return bus.jsm.consumers.add(...args);
      },
    });
    const dying = Object.assign(Object.create(bus.jsm) as typeof bus.jsm, { consumers });
    await expect(provision({ jsm: dying })).rejects.toThrow('killed');
    expect(await left()).toHaveLength(partitions.length);
    // The old release goes on meanwhile.
    await bus.jsm.consumers.resume(streams.chat, old(1));
    await bus.jsm.consumers.resume(streams.chat, old(2));
    await say(2, 'two');
    await say(3, 'three');
    await readAsItWas(1, 1);
    await readAsItWas(2, 1);

    await provision(bus);
    expect(await left()).toEqual([]);
    const readers = await readAll();
    const all = (): string[] => [...readers.texts(false), ...readers.texts(true)];
    await vi.waitFor(() => expect(all()).toContain('three'), { timeout: 10_000 });
    // What the old release dealt with meanwhile may come again; what it had dealt with before does not.
    expect(all().filter((text) => text.startsWith('read'))).toEqual([]);
    await readers.close();
  });
});
