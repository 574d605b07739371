/** What no service can read, on every lane: put aside with the reason, once for each reader, while everything else goes on. */
import { connectBus, deadLetters, replayDeadLetter, type Bus, type DeadLetter } from '@threadbox/messaging';
import {
  chatSubject,
  depositSubject,
  eventsSubject,
  readingOf,
  sandboxSubject,
  timerSubject,
} from '@threadbox/schemas';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openStage, type Stage } from './stage.ts';
import { webClient } from './web-client.ts';

let stage: Stage;
let admin: Bus;
const ana = webClient(() => stage.box, 'poisoned');
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 60_000, interval: 50 });
const answered = (words: string) => until(() => expect(ana.answers().at(-1)?.text).toContain(words));

const CONVERSATION = 'web:host~poisoned';
const ID = '7e57ed00-0000-4000-8000-00000000000a';
/** Every lane, and who reads it. */
const lanes: ReadonlyArray<[subject: string, readers: readonly string[]]> = [
  [chatSubject('inbound', CONVERSATION), ['auth-inbound']],
  [depositSubject('slot'), ['auth-deposit']],
  [chatSubject('admitted', CONVERSATION), ['session-admitted']],
  [chatSubject('opened', CONVERSATION), ['session-opened']],
  [chatSubject('outbound', CONVERSATION), ['relay-outbound']],
  [sandboxSubject(ID, 'out'), ['relay-output', 'session-output']],
  [eventsSubject('session', ID), ['sandbox-sessions', 'session-events']],
  [eventsSubject('fleet', 'poisoned'), ['sandbox-fleet', 'session-fleet']],
  [eventsSubject('egress', ID), ['session-ways']],
  [eventsSubject('ledger', 'web:poisoned'), ['session-ledgers']],
  [timerSubject('due', 'session', ID, 'poisoned'), ['session-due']],
];
const envelope = { id: ID, time: '2026-01-01T00:00:00Z', causation: ID, correlation: ID, data: {} };
const poisons: ReadonlyArray<[name: string, payload: string]> = [
  ['malformed', '{"type":'],
  ['of a version that nobody knows', JSON.stringify({ ...envelope, type: 'message-received', version: 99 })],
  ['breaking its schema', JSON.stringify({ ...envelope, type: 'message-received', version: 1, data: { text: 7 } })],
  // With the labels of a dead letter it is more than NATS takes.
  ['as large as NATS takes', JSON.stringify({ text: 'x'.repeat(1024 * 1024 - 200) })],
];

const letters = async (): Promise<DeadLetter[]> => {
  const found: DeadLetter[] = [];
  for await (const letter of deadLetters(admin)) found.push(letter);
  return found;
};

beforeAll(async () => {
  stage = await openStage({ DEFAULT_AGENT: 'echo' });
  admin = await connectBus({ url: stage.box.natsUrl, name: 'admin', creds: stage.box.creds('admin') });
  await ana.say('hello');
  await until(() => expect(ana.messages().at(-1)?.buttons).toHaveLength(2));
  await ana.press('Yes');
  await answered('hello');
});
afterAll(async () => {
  ana.close();
  await admin.close();
  await stage.stop();
});

describe('poison', () => {
  it.each(poisons)('that is %s is put aside by every reader of every lane', async (_, payload) => {
    const before = (await letters()).length;
    for (const [subject] of lanes) await admin.js.publish(subject, payload);
    const wanted = lanes.flatMap(([subject, readers]) => readers.map((reader) => `${reader} ${subject}`)).toSorted();
    await until(async () => {
      const fresh = (await letters()).slice(before);
      expect(fresh.map((letter) => `${readingOf(letter.durable)} ${letter.subject}`).toSorted()).toEqual(wanted);
    });
    for (const { reason, text } of (await letters()).slice(before)) {
      expect(reason).toMatch(/^Unprocessable: (not JSON|not a message of this subject|version 99 of )/);
      expect(payload.startsWith(text)).toBe(true);
    }
    await ana.say(`still here after ${payload.length}`);
    await answered(`still here after ${payload.length}`);
  });

  it('is refused by NATS where it is larger than a mebibyte', async () => {
    const subject = chatSubject('inbound', CONVERSATION);
    await expect(admin.js.publish(subject, new Uint8Array(1024 * 1024 + 1))).rejects.toThrow(/payload/i);
  });

  it('given back is refused again with a reason, and stays', async () => {
    const all = await letters();
    for (const letter of all) {
      const outcome = await replayDeadLetter(admin, letter);
      expect(outcome).toMatchObject({ ok: false, reason: expect.stringMatching(/Unprocessable|too large/) });
    }
    expect(await letters()).toHaveLength(all.length);
  });
});
