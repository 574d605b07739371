/** Two relays on a real NATS, of which one holds the lease; the chats are recorded ones that take their time. */
import { setTimeout as sleep } from 'node:timers/promises';
import { compose, holdLease, publish, type Bus, type Lease } from '@threadbox/messaging';
import type { Sender } from '@threadbox/platforms';
import { chatSubject, deriveId, sandboxSubject } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { startRelay } from './start-relay.ts';
import { recordingSender } from './testing/recording-sender.ts';

const TIME = '2026-01-01T00:00:00Z';
const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
const CHATS = 6;

let nats: TestNats;
let admin: Bus;
let test = 0;
let relays: Relay[] = [];
/** One recorded chat for each conversation. */
let chats: Map<string, ReturnType<typeof recordingSender>>;
/** Milliseconds that a platform needs for a call. */
let slowness = 10;
beforeAll(async () => {
  nats = await testNats();
  admin = await nats.connect('admin');
});
afterAll(async () => {
  await admin.close();
  await nats.stop();
});
beforeEach(() => {
  test += 1;
  relays = [];
  slowness = 10;
  chats = new Map(names().map((name) => [name, recordingSender({ keepsKeys: true })]));
});
afterEach(async () => {
  for (const relay of relays) await relay.stop();
});

const names = (): string[] => Array.from({ length: CHATS }, (_, n) => `chat:${test}-${n}`);
const sessionOf = (conversation: string): string => deriveId('session', conversation);
const chatOf = (conversation: string) => chats.get(conversation)!;
const texts = (conversation: string): string[] => chatOf(conversation).texts();
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 40_000, interval: 20 });

/** The platform: each conversation is a chat of its own. */
const platform = (by: string, calls: string[]): Sender => {
  const { sender } = recordingSender({ keepsKeys: true });
  const slowly = async <Value>(call: () => Promise<Value>): Promise<Value> => {
    calls.push(by);
    await sleep(slowness);
    return call();
  };
  return {
    ...sender,
    post: (conversation, ...rest) => slowly(() => chatOf(conversation).sender.post(conversation, ...rest)),
    edit: (conversation, ...rest) => slowly(() => chatOf(conversation).sender.edit(conversation, ...rest)),
  };
};

type Relay = { lease: Lease; bus: Bus; stop: () => Promise<void>; cutOff: () => Promise<void> };
const start = async (by: string, calls: string[] = []): Promise<Relay> => {
  const bus = await nats.connect('relay');
  const senders = new Map([['chat', platform(by, calls)]]);
  const lease = holdLease(bus, {
    service: 'relay',
    name: 'chats',
    log,
    lead: async (term) => (await startRelay({ bus, senders, log, term })).stop,
  });
  let isOver = false;
  const relay = {
    lease,
    bus,
    stop: async () => {
      if (isOver) return;
      isOver = true;
      await lease.stop();
      await bus.close();
    },
    /** It lives on, and nothing reaches it from NATS any more, nor NATS from it. */
    cutOff: async () => {
      isOver = true;
      await bus.nc.close();
    },
  };
  relays.push(relay);
  await lease.settled;
  return relay;
};

const announce = (conversation: string, turn: number): Promise<unknown> => {
  const id = deriveId('announced', conversation, turn);
  const data = { conversation, session: sessionOf(conversation), turn, ahead: 0 };
  return publish(admin, chatSubject('outbound', conversation), compose({ type: 'turn-announced', id, data }));
};
const out = (conversation: string, type: string, data: { turn: number }): Promise<unknown> => {
  const id = deriveId(type, conversation, JSON.stringify(data));
  return publish(admin, sandboxSubject(sessionOf(conversation), 'out'), compose<string, object>({ type, id, data }));
};
const finish = (conversation: string, turn: number): Promise<unknown> =>
  out(conversation, 'turn-finished', {
    turn,
    outcome: 'completed',
    text: `answer ${turn}`,
    usage: {},
    startedAt: TIME,
    endedAt: TIME,
    steps: [],
    files: [],
  } as { turn: number });
const answers = (count: number): string[] => Array.from({ length: count }, (_, n) => `answer ${n + 1}`);

/** Every conversation has so many turns; `between` is done after each. */
const talk = async (turns: number, between: (turn: number) => Promise<void>): Promise<void> => {
  for (let turn = 1; turn <= turns; turn += 1) {
    await Promise.all(
      names().map(async (conversation) => {
        await announce(conversation, turn);
        await out(conversation, 'text-streamed', { turn, at: 0, text: 'answ' } as { turn: number });
        await finish(conversation, turn);
      }),
    );
    await between(turn);
  }
};
const allAnswered = (turns: number): Promise<void> =>
  until(() => {
    for (const conversation of names()) expect(texts(conversation)).toEqual(answers(turns));
  });

it('hands over between messages: each is answered once, in order, by whoever holds the lease', async () => {
  const calls: string[] = [];
  let [name, next] = ['relay 0', 'relay 1'];
  let holder = await start(name, calls);
  let standby = await start(next, calls);
  expect([holder.lease.state(), standby.lease.state()]).toEqual(['held', 'standby']);
  await talk(24, async (turn) => {
    if (turn % 6 !== 0) return;
    // In the middle of its work.
    await until(() => expect(calls).toContain(name));
    await holder.stop();
    holder = standby;
    // Before a third contends: nobody said which of two would have it.
    await until(() => expect(holder.lease.state()).toBe('held'));
    [name, next] = [next, `relay ${turn}`];
    standby = await start(next, calls);
  });
  await allAnswered(24);
  expect(new Set(calls).size).toBeGreaterThanOrEqual(4);
});

it('is taken over from one that is cut off from NATS and lives on', async () => {
  const calls: string[] = [];
  const doomed = await start('doomed', calls);
  const standby = await start('standby', calls);
  await talk(4, () => Promise.resolve());
  await until(() => expect(calls.length).toBeGreaterThan(4));
  await doomed.cutOff();
  await talk(8, () => Promise.resolve());
  await until(() => expect(standby.lease.state()).toBe('held'));
  await allAnswered(8);
  const handed = calls.indexOf('standby');
  expect(handed).toBeGreaterThan(0);
  // What it was about to do, it does not do once another does it.
  expect(calls.slice(handed)).not.toContain('doomed');
});

it('posts nothing again whose post was under way when it was told to stop', async () => {
  const [conversation = ''] = names();
  slowness = 600;
  const calls: string[] = [];
  const first = await start('first', calls);
  await start('second', calls);
  // Such a chat keeps no keys: a second post would be a second message.
  chats.set(conversation, recordingSender());
  await announce(conversation, 1);
  await until(() => expect(calls).toEqual(['first']));
  await first.stop();
  slowness = 10;
  await finish(conversation, 1);
  await until(() => expect(texts(conversation)).toEqual(['answer 1']));
  expect(chatOf(conversation).calls.filter((call) => call.startsWith('post'))).toHaveLength(1);
});
