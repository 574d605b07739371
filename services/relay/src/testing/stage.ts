import { compose, publish, type Bus } from '@threadbox/messaging';
import type { Sender } from '@threadbox/platforms';
import { chatSubject, deriveId, sandboxSubject } from '@threadbox/schemas';
import { testNats, type TestNats } from '@threadbox/tool-infrastructure/testing';
import { afterAll, afterEach, beforeAll, beforeEach, vi } from 'vitest';
import { startRelay } from '../start-relay.ts';
import { recordingSender } from './recording-sender.ts';

/** When everything happens, where it does not matter. */
export const TIME = '2026-01-01T00:00:00Z';

const log = { warn: () => undefined, error: () => undefined };

const sendersOf = ({
  sender,
  poor,
  drafting,
}: Record<'sender' | 'poor' | 'drafting', Sender>): ReadonlyMap<string, Sender> =>
  new Map([
    ['chat', sender],
    ['chat-poor', poor],
    ['chat-drafting', drafting],
  ]);

/**
 * A relay on a real NATS for one test file, with a recorded chat; each test has a conversation and a
 * session of its own.
 */
export const relayStage = () => {
  let nats: TestNats;
  let admin: Bus;
  let relay: { stop: () => Promise<void> };

  const send = (
    subject: string,
    type: string,
    data: object,
    id: string = deriveId(type, subject, stage.number, JSON.stringify(data)),
  ): Promise<unknown> => publish(admin, subject, compose<string, object>({ type, id, data }));

  const start = async ({ announcedWithin = 100 } = {}): Promise<void> => {
    const bus = await nats.connect('relay');
    const started = await startRelay({
      bus,
      senders: sendersOf(stage.chat),
      log,
      announcedWithin,
      // Alone: nobody contends with it.
      term: { signal: new AbortController().signal, sure: () => Promise.resolve() },
    });
    relay = {
      stop: async () => {
        await started.stop();
        await bus.close();
      },
    };
  };

  const stage = {
    number: 0,
    conversation: '',
    session: '',
    chat: recordingSender(),
    get admin(): Bus {
      return admin;
    },
    start,
    stop: (): Promise<void> => relay.stop(),
    until: (check: () => void | Promise<void>): Promise<void> => vi.waitFor(check, { timeout: 20_000, interval: 20 }),
    send,
    out: (type: string, data: object): Promise<unknown> => send(sandboxSubject(stage.session, 'out'), type, data),
    announce: (turn: number, ahead = 0): Promise<unknown> => {
      const { conversation, session } = stage;
      return send(chatSubject('outbound', conversation), 'turn-announced', { conversation, session, turn, ahead });
    },
    notice: (text: string, delivery: string, buttons: object[] = [], elsewhere?: string): Promise<unknown> => {
      const conversation = elsewhere ?? stage.conversation;
      const data = { conversation, delivery: deriveId(delivery), text, buttons };
      return send(chatSubject('outbound', conversation), 'notice-requested', data);
    },
    /** A question of a running turn. */
    ask: (turn: number, text: string): Promise<unknown> => {
      const { conversation, session } = stage;
      const button = { label: 'Yes', value: 'yes', style: 'primary' };
      const data = { conversation, delivery: deriveId('question', session), text, buttons: [button] };
      return send(chatSubject('outbound', conversation), 'notice-requested', {
        ...data,
        interrupts: { session, turn },
      });
    },
    finish: (turn: number, text: string, more: object = {}): Promise<unknown> =>
      stage.out('turn-finished', {
        turn,
        outcome: 'completed',
        text,
        usage: {},
        startedAt: TIME,
        endedAt: TIME,
        steps: [],
        files: [],
        ...more,
      }),
  };

  beforeAll(async () => {
    nats = await testNats();
    admin = await nats.connect('admin');
  });
  afterAll(async () => {
    await admin.close();
    await nats.stop();
  });
  beforeEach(async () => {
    stage.number += 1;
    stage.conversation = `chat:${stage.number}`;
    stage.session = deriveId('session', stage.number);
    stage.chat = recordingSender();
    await stage.start();
  });
  afterEach(() => stage.stop());
  return stage;
};
