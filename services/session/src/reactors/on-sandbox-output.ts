import type { Delivery } from '@threadbox/messaging';
import { histogram } from '@threadbox/metrics';
import { tokenText, type SandboxOutput } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import { recordTurn } from '../adapters/turn-spans.ts';
import { grantsId } from '../domain/grants.ts';

/** The sandbox that wrote this: NATS lets a runner publish on its own subject only, so the subject is proof. */
const writerOf = (subject: string): string => tokenText(subject.split('.')[2] ?? '');

/** turn-finished → the turn ends; permission-asked → a question. What is merely shown is relay's. */
export const onSandboxOutput = ({ sessions, grants }: Pick<Ports, 'sessions' | 'grants'>) => {
  const worked = histogram('threadbox_turn_seconds');
  return async (
    output: SandboxOutput,
    { subject, sequence }: Pick<Delivery, 'subject' | 'sequence'>,
  ): Promise<void> => {
    const id = writerOf(subject);
    const cause = { id: output.id, correlation: output.correlation };
    switch (output.type) {
      case 'turn-finished': {
        const { turn, outcome, usage, startedAt, endedAt } = output.data;
        const { events } = await sessions
          .decide(id, { type: 'end-turn', turn, outcome, usage }, cause)
          .catch(nothingOpen);
        if (events.length === 0) return;
        recordTurn(id, output.data);
        worked((Date.parse(endedAt) - Date.parse(startedAt)) / 1000, { outcome });
        return;
      }
      case 'permission-asked': {
        const { turn, request, grant } = output.data;
        const { state } = await sessions.load(id);
        if (state.status !== 'open' || !state.running) return;
        const { state: granted } = await grants.load(grantsId(state.workspace, state.running.by));
        await sessions.decide(
          id,
          { type: 'ask', turn, request, grant, sequence, granted: granted.includes(grant) },
          cause,
        );
        return;
      }
      case 'question-asked': {
        const { turn, request } = output.data;
        await sessions.decide(id, { type: 'ask-form', turn, request, sequence }, cause).catch(nothingOpen);
        return;
      }
      case 'text-streamed':
      case 'activity-changed':
      case 'file-chunk':
        return;
    }
  };
};

const nothingOpen = (error: unknown): { events: readonly unknown[] } => {
  // Output of a session that never was: a sandbox that outlived a restored log. There is nothing to end.
  if (error instanceof Error && error.name === 'Rejected') return { events: [] };
  throw error;
};
