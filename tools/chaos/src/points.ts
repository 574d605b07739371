/**
 * Every point that the sweep ends a process at: which process, where, and in which scene it gets there. A point that is
 * reached and not listed here is reported, as is one that is listed and never reached.
 */
import type { FaultPoint } from '@threadbox/messaging';

/** A process of Threadbox that can be ended at a point. */
export const processes = ['gateway', 'auth', 'session', 'sandbox', 'relay', 'runner'] as const;
export type ProcessName = (typeof processes)[number];

/** What happens in the chats while something is ended. */
export type SceneName = 'talk' | 'stream' | 'ask' | 'crowd' | 'roster' | 'reopen';

/** A point, and the scene in which it is reached. */
export type Point = {
  process: ProcessName;
  point: FaultPoint;
  scene: SceneName;
  /** How often it is surely passed in one scene. */
  often: number;
};

/** Some messages make some turns: where a scene has one of a kind, its points are passed once. */
const OFTEN: Readonly<Record<SceneName, number>> = { talk: 3, stream: 3, ask: 1, crowd: 2, roster: 1, reopen: 1 };

const both = (process: ProcessName, scene: SceneName, ...steps: readonly string[]): Point[] =>
  steps.flatMap((step) =>
    (['before', 'after'] as const).map((when) => ({
      process,
      point: `${when} ${step}` as FaultPoint,
      scene,
      often: OFTEN[scene],
    })),
  );

/** Once is all that is sure. */
const once = (some: readonly Point[]): Point[] => some.map((point) => ({ ...point, often: 1 }));

/** Several commits go into one batch. */
const batch = (process: ProcessName, scene: SceneName, projection: string): Point[] =>
  once([
    ...both(process, scene, `batch ${projection}`),
    ...both(process, scene, `end of batch ${projection}`).slice(0, 1),
  ]);

/** All of them. */
export const points: readonly Point[] = [
  ...both('gateway', 'talk', 'publish message-received'),
  ...both('gateway', 'ask', 'publish button-pressed'),
  ...both('gateway', 'roster', 'publish command-received'),
  ...both('auth', 'talk', 'publish message-admitted', 'ack auth-inbound'),
  ...both('auth', 'ask', 'publish button-admitted'),
  ...both('auth', 'roster', 'commit workspace', 'publish notice-requested'),
  ...both('auth', 'reopen', 'publish command-admitted'),
  ...batch('auth', 'roster', 'auth_members'),
  ...both('session', 'talk', 'commit session', 'publish turn-announced', 'publish turn-given'),
  ...both('session', 'talk', 'ack session-admitted', 'ack session-events', 'ack session-output'),
  ...both('session', 'ask', 'publish notice-requested', 'publish permission-decided'),
  ...both('session', 'crowd', 'ack session-fleet'),
  ...both('session', 'reopen', 'commit conversation', 'publish conversation-closed', 'timer idle'),
  ...batch('session', 'talk', 'session_sessions'),
  ...both(
    'sandbox',
    'crowd',
    'commit fleet',
    'ack sandbox-sessions',
    'ack sandbox-fleet',
    'driver start',
    'driver stop',
  ),
  ...both('sandbox', 'reopen', 'driver remove'),
  ...batch('sandbox', 'crowd', 'sandbox_sandboxes'),
  ...both('runner', 'talk', 'journal change', 'publish turn-finished', 'ack turn-given'),
  ...both('runner', 'stream', 'publish text-streamed'),
  ...once(both('runner', 'stream', 'publish activity-changed')),
  ...both('runner', 'ask', 'publish permission-asked', 'ack permission-decided'),
  ...both('relay', 'talk', 'record intend', 'record posted', 'record announce', 'record finish'),
  ...both('relay', 'talk', 'platform post', 'ack relay-outbound', 'ack relay-output'),
  ...both('relay', 'stream', 'platform edit'),
  ...both('relay', 'ask', 'record interrupt'),
  ...both('relay', 'reopen', 'platform close'),
];
