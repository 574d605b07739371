import { headers } from '@nats-io/transport-node';
import { compose, faultPoint, type Bus } from '@threadbox/messaging';
import {
  CHUNK_BYTES,
  deriveId,
  sandboxSubject,
  type ActivityChanged,
  type PermissionAsked,
  type QuestionAsked,
  type SandboxOutput,
  type TurnFinished,
} from '@threadbox/schemas';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from './log.ts';
import type { OutgoingFile } from './outbox.ts';

/** What a turn's output is attributed to: the message that gave it, and the trace that came with it (W3C Trace Context). */
export type Cause = {
  id: string;
  correlation: string;
  traceparent?: string | undefined;
  tracestate?: string | undefined;
};

type Parts<Message> = Message extends { type: infer Type; data: infer Data } ? { type: Type; data: Data } : never;

/** Where a turn's output goes. What says `until it is there` is tried for as long as NATS is away. */
export type TurnOutput = {
  /** Once; resolves to whether it arrived. `attempt` tells a turn's second answer from its first. */
  text: (attempt: number, at: number, text: string) => Promise<boolean>;
  activity: (attempt: number, count: number, activity: ActivityChanged['data']) => Promise<boolean>;
  /** Until it is there. */
  ask: (question: PermissionAsked['data']) => Promise<void>;
  askForm: (question: QuestionAsked['data']) => Promise<void>;
  file: (file: OutgoingFile) => Promise<TurnFinished['data']['files'][number]>;
  finished: (data: TurnFinished['data']) => Promise<void>;
};

/** Binds output to NATS. Ids follow from turn and content, so that the same work done twice is one message. */
export const createOutput = ({ bus, sandbox, log }: { bus: Bus; sandbox: string; log: Log }) => {
  const subject = sandboxSubject(sandbox, 'out');

  const send = async (id: string, parts: Parts<SandboxOutput>, cause: Cause): Promise<void> => {
    const carrier = headers();
    if (cause.traceparent) carrier.set('traceparent', cause.traceparent);
    if (cause.tracestate) carrier.set('tracestate', cause.tracestate);
    const message = compose<string, unknown>({ ...parts, id, causation: cause.id, correlation: cause.correlation });
    faultPoint('before', 'publish', parts.type);
    await bus.js.publish(subject, JSON.stringify(message), { msgID: id, headers: carrier });
    faultPoint('after', 'publish', parts.type);
  };

  const trySend = (...args: Parameters<typeof send>): Promise<boolean> =>
    send(...args).then(
      () => true,
      () => false,
    );

  const sendUntilThere = async (...args: Parameters<typeof send>): Promise<void> => {
    for (let wait = 100; ; wait = Math.min(wait * 2, 5000)) {
      try {
        return await send(...args);
      } catch (error) {
        log.warn({ err: error, type: args[1].type }, 'output is not there yet; trying again');
        await sleep(wait);
      }
    }
  };

  return (turn: number, cause: Cause): TurnOutput => {
    const idOf = (...what: ReadonlyArray<string | number>): string => deriveId(sandbox, turn, ...what);
    return {
      text: (attempt, at, text) =>
        trySend(idOf('text', attempt, at), { type: 'text-streamed', data: { turn, at, text } }, cause),
      activity: (attempt, count, data) =>
        trySend(idOf('activity', attempt, count), { type: 'activity-changed', data }, cause),
      ask: (data) => sendUntilThere(idOf('permission-asked', data.request), { type: 'permission-asked', data }, cause),
      askForm: (data) => sendUntilThere(idOf('question-asked', data.request), { type: 'question-asked', data }, cause),
      file: async ({ path, name, mediaType, bytes, stamp }) => {
        const file = idOf('file', path, stamp);
        const total = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
        for (let index = 0; index < total; index += 1) {
          const piece = bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES).toString('base64');
          const data = { file, name, mediaType, index, total, bytes: piece };
          await sendUntilThere(deriveId(file, index), { type: 'file-chunk', data }, cause);
        }
        return { file, name, mediaType };
      },
      finished: (data) => sendUntilThere(idOf('turn-finished'), { type: 'turn-finished', data }, cause),
    };
  };
};
