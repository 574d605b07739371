import {
  deriveId,
  type FleetEvent,
  type SandboxDeleted,
  type SandboxFailed,
  type SandboxQueued,
  type SandboxStarted,
} from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';
import { failedWord, WAIT_OVER, waitingWord } from '../domain/words.ts';
import { yieldPlace } from './yield-place.ts';

type For<Event> = Fact<Event, FleetEvent>;

/** sandbox-queued → the thread is told its place (moving up edits the same message), and one that rests makes room. */
export const onSandboxQueued =
  ({ sessions, fleet, notify }: Pick<Ports, 'sessions' | 'fleet' | 'notify'>) =>
  async ({ event: { sandbox, place, ticket }, cause }: For<SandboxQueued>): Promise<void> => {
    const { state } = await sessions.load(sandbox);
    if (state.status !== 'open') return;
    const text = waitingWord(place);
    await notify({ conversation: state.conversation, delivery: deriveId('line', ticket), text }, cause);
    await yieldPlace({ sessions, fleet }, cause);
  };

/** sandbox-started → one that waited is told that the wait is over. */
export const onSandboxStarted =
  ({ sessions, notify }: Pick<Ports, 'sessions' | 'notify'>) =>
  async ({ event: { sandbox, ticket }, cause }: For<SandboxStarted>): Promise<void> => {
    if (ticket === undefined) return;
    const { state } = await sessions.load(sandbox);
    if (state.status !== 'open') return;
    await notify({ conversation: state.conversation, delivery: deriveId('line', ticket), text: WAIT_OVER }, cause);
  };

/** sandbox-failed → the running turn ends with the reason in plain words; the next message tries again. */
export const onSandboxFailed =
  ({ sessions, show, notify, give }: Pick<Ports, 'sessions' | 'show' | 'notify' | 'give'>) =>
  async ({ event: { sandbox, reason }, cause }: For<SandboxFailed>): Promise<void> => {
    const { state } = await sessions.load(sandbox);
    if (state.status !== 'open') return;
    const { conversation, running } = state;
    const text = failedWord(reason);
    if (!running) return notify({ conversation, delivery: deriveId('failed', cause.id), text }, cause);
    const { turn } = running;
    await show({ type: 'turn-settled', data: { conversation, session: sandbox, turn, text } }, cause);
    // The turn is still in the sandbox's input: whoever reads it next must not take up again what is over.
    await give(sandbox, { type: 'turn-cancelled', data: { turn } }, cause, turn);
    await sessions.decide(sandbox, { type: 'end-turn', turn, outcome: 'failed', usage: {} }, cause);
  };

/** sandbox-deleted → what was said in the closed session is purged from the streams. */
export const onSandboxDeleted =
  ({ sessions, purge }: Pick<Ports, 'sessions' | 'purge'>) =>
  async ({ event: { sandbox } }: For<SandboxDeleted>): Promise<void> => {
    const { state } = await sessions.load(sandbox);
    if (state.status !== 'closed') return;
    const { conversation, sequence, past } = state;
    await purge(sandbox, [...past, { conversation, sequence }]);
  };
