import {
  clearTimers,
  compose,
  createEventStore,
  publish,
  purgeSubject,
  readMessage,
  requestNotice,
  setTimer,
  type Bus,
  type Cause,
  type Notice,
} from '@threadbox/messaging';
import {
  chatSubject,
  conversationFilter,
  deriveId,
  EditAdmitted,
  FileChunk,
  MessageAdmitted,
  ButtonAdmitted,
  PermissionAsked,
  QuestionAsked,
  sandboxFilter,
  sandboxSubject,
  streams,
  type Outbound,
  type SandboxInput,
} from '@threadbox/schemas';
import { z } from 'zod';
import { conversation } from '../domain/conversation.ts';
import { createIdleWatch } from './idle-watch.ts';
import { createRecall } from './recall.ts';
import { fleetView } from '../domain/fleet-view.ts';
import { handoff } from '../domain/handoff.ts';
import { grants } from '../domain/grants.ts';
import { ledgerView } from '../domain/ledger-view.ts';
import { session } from '../domain/session.ts';
import { workspaceAllowance } from '../domain/workspace-allowance.ts';
import { snapshots } from '../snapshots.ts';

/** A message of the language without what follows from its cause. */
type Parts<Message> = Message extends { type: infer Type; data: infer Data } ? { type: Type; data: Data } : never;

/** What the session service may read and do; each reactor names the part that it needs. */
export type Ports = ReturnType<typeof createPorts>;

/** Binds the ports to NATS. Everything written has an id derived from its cause: done again, it changes nothing. */
export const createPorts = (
  bus: Bus,
  { idleAfter, settingsAllow }: { idleAfter: number; settingsAllow: ReadonlySet<string> },
) => ({
  ...createRecall((sequence) => readMessage(bus, streams.chat, sequence, MessageAdmitted)),

  sessions: createEventStore(bus, 'session', session, { snapshots: snapshots.session }),
  conversations: createEventStore(bus, 'conversation', conversation),
  grants: createEventStore(bus, 'grants', grants),
  handoffs: createEventStore(bus, 'handoff', handoff),
  fleet: createEventStore(bus, 'fleet', fleetView, { snapshots: snapshots.fleet }),
  workspaces: createEventStore(bus, 'workspace', workspaceAllowance, { snapshots: snapshots.workspace }),
  ledgers: createEventStore(bus, 'ledger', ledgerView, { restates: ({ type }) => type === 'balance-carried' }),

  /** What EGRESS_ALLOW names: to be shown; egress itself decides by it. */
  settingsAllow,

  notify: (notice: Notice, cause: Cause): Promise<void> => requestNotice(bus, notice, cause),

  /** Asks relay to show something else than a notice. */
  show: async (parts: Parts<Outbound>, cause: Cause, step = ''): Promise<void> => {
    const id = deriveId('show', parts.type, 'turn' in parts.data ? parts.data.turn : '', step, cause.id);
    const message = compose<string, unknown>({ ...parts, id, causation: cause.id, correlation: cause.correlation });
    await publish(bus, chatSubject('outbound', parts.data.conversation), message);
  },

  /** Gives a sandbox something to read. `step` tells several messages of one cause apart. */
  give: async (
    sandbox: string,
    parts: Parts<SandboxInput>,
    cause: Cause,
    step: string | number = '',
  ): Promise<void> => {
    const id = deriveId('give', sandbox, parts.type, step, cause.id);
    const message = compose<string, unknown>({ ...parts, id, causation: cause.id, correlation: cause.correlation });
    await publish(bus, sandboxSubject(sandbox, 'in'), message);
  },

  /** The words of an edit, of a file, of a question; undefined once they were purged. */
  recallEdit: (sequence: number) => readMessage(bus, streams.chat, sequence, EditAdmitted),
  recallChunk: (sequence: number) => readMessage(bus, streams.chat, sequence, FileChunk),
  recallForm: (sequence: number) => readMessage(bus, streams.sandbox, sequence, QuestionAsked),
  /** The words that somebody answered with, said or typed into a form. */
  recallAnswer: (sequence: number) =>
    readMessage(bus, streams.chat, sequence, z.discriminatedUnion('type', [MessageAdmitted, ButtonAdmitted])),
  recallQuestion: (sequence: number) => readMessage(bus, streams.sandbox, sequence, PermissionAsked),

  watchIdle: createIdleWatch(idleAfter, (id, at, cause) =>
    setTimer(bus, { aggregate: 'session', id, name: 'idle' }, at, cause),
  ),

  /** Deletes what was said in a closed session: all of its sandbox's, and in each of its conversations as far as it was there. */
  purge: async (id: string, places: ReadonlyArray<{ conversation: string; sequence: number }>): Promise<void> => {
    await purgeSubject(bus, streams.sandbox, sandboxFilter(id));
    for (const { conversation: place, sequence: upTo } of places)
      await purgeSubject(bus, streams.chat, conversationFilter(place), { upTo });
    await clearTimers(bus, 'session', id);
  },
});
