/**
 * turn-given → the agent's answer.
 *
 * One turn at a time, in order. A turn is acknowledged (our promise resolves) once its `turn-finished` is on the stream;
 * when we are killed before that, the turn is given again, and the journal says what is still to be done about it.
 */
import type { TurnFinished, TurnGiven, TurnOutcome } from '@threadbox/schemas';
import type { AgentHost } from '../adapters/agent-host.ts';
import type { JournalFile } from '../adapters/journal-file.ts';
import type { Log } from '../adapters/log.ts';
import type { Outbox } from '../adapters/outbox.ts';
import type { Cause, TurnOutput } from '../adapters/output.ts';
import { fit } from '../domain/fit.ts';
import { cancelling, finishing, isWornOut, MOST_PROMPTS, nextStep, spared, type Finished } from '../domain/journal.ts';
import { costOfTurn, emptyTranscript, finalAnswer, stepsOf, type Transcript } from '../domain/transcript.ts';
import type { Attempt, attemptTurn } from './attempt-turn.ts';
import type { Questions } from './questions.ts';

type Ports = {
  agentTitle: string;
  host: AgentHost;
  journal: JournalFile;
  questions: Questions;
  outbox: Outbox;
  outputFor: (turn: number, cause: Cause) => TurnOutput;
  attempt: ReturnType<typeof attemptTurn>;
  now: () => string;
  log: Log;
};

/** How long an agent may take to obey a cancel, in milliseconds; after that it is killed. */
const PATIENCE = 10_000;

const outcomes = {
  end_turn: 'completed',
  max_tokens: 'limited',
  max_turn_requests: 'limited',
  refusal: 'refused',
  cancelled: 'cancelled',
} as const satisfies Record<string, TurnOutcome>;

type Ending = { outcome: TurnOutcome; transcript: Transcript; error?: string; usage?: TurnFinished['data']['usage'] };

/** Why nothing came of an attempt that is not tried again. */
class Stopping extends Error {
  override readonly name = 'Stopping';
}

/** Takes turns and their cancellations. */
export const createTurns = (ports: Ports) => {
  const { agentTitle, host, journal, questions, outbox, outputFor, attempt, now, log } = ports;
  const known = new Map<number, Promise<void>>();
  let tail: Promise<void> = Promise.resolve();
  let running: number | undefined;
  let stopping = false;

  const cancelled = (turn: number): boolean => journal.state().cancelled.includes(turn);

  const conclude = async ({ data, outbox: sent }: Finished, output: TurnOutput): Promise<void> => {
    await output.finished(data);
    await outbox.archive(sent);
  };

  const finish = async (
    turn: number,
    { outcome, transcript, error, usage = {} }: Ending,
    output: TurnOutput,
  ): Promise<void> => {
    const { files, unsent, refused } = await outbox.collect();
    const sent: TurnFinished['data']['files'] = [];
    for (const file of files) sent.push(await output.file(file));
    const endedAt = now();
    const { spent, turn: begun } = journal.state();
    const cost = costOfTurn(transcript, spent);
    const data = fit({
      turn,
      outcome,
      text: [finalAnswer(transcript, error), ...unsent.map((line) => `*${line}*`)]
        .filter((text) => text !== '')
        .join('\n\n'),
      ...(error === undefined ? {} : { error }),
      usage: { ...usage, ...(cost === undefined ? {} : { cost }) },
      startedAt: begun?.number === turn ? begun.startedAt : endedAt,
      endedAt,
      steps: stepsOf(transcript, endedAt),
      files: sent,
    });
    const finished = { data, outbox: files.map(({ path }) => path) };
    try {
      journal.change(finishing(finished, transcript.cost ?? spent));
    } catch (unwritable) {
      log.warn({ err: unwritable, turn }, 'the end of a turn could not be noted');
    }
    await outbox.refuse(refused);
    await conclude(finished, output);
    log.info({ turn, outcome, tools: data.steps.length, files: sent.length }, 'turn finished');
  };

  const endingOf = (ended: Exclude<Attempt, { how: 'crashed' }>): Ending => {
    const { transcript } = ended;
    switch (ended.how) {
      case 'answered':
        return { outcome: outcomes[ended.result.stopReason], transcript, usage: ended.result.usage };
      case 'cancelled':
        return { outcome: 'cancelled', transcript, ...(ended.usage ? { usage: ended.usage } : {}) };
      case 'failed':
        return { outcome: 'failed', transcript, error: ended.error };
    }
  };

  const work = async (data: TurnGiven['data'], output: TurnOutput, again: boolean): Promise<void> => {
    let recovering = again;
    let notice = again ? 'The sandbox was restarted in the middle of this; the agent goes on where it was.' : undefined;
    for (;;) {
      const ended = await attempt(data, output, { recovering, notice, cancelled: () => cancelled(data.turn) });
      if (stopping) throw new Stopping('the runner is stopping');
      if (ended.how !== 'crashed') return finish(data.turn, endingOf(ended), output);
      log.warn({ turn: data.turn }, 'the agent ended in the middle of a turn');
      const begun = journal.state().turn;
      if (begun && isWornOut(begun)) return giveUp(data.turn, output);
      recovering = true;
      notice = `${agentTitle} crashed and was started again; it goes on where it was.`;
    }
  };

  const giveUp = (turn: number, output: TurnOutput): Promise<void> => {
    const error = `${agentTitle} was interrupted ${MOST_PROMPTS} times while it worked on this, so it was given up. What it did so far is still there; ask again, perhaps for a smaller step.`;
    return finish(turn, { outcome: 'failed', transcript: emptyTranscript, error }, output);
  };

  const run = async ({ data }: TurnGiven, cause: Cause): Promise<void> => {
    const { turn } = data;
    const output = outputFor(turn, cause);
    const state = journal.state();
    const step = nextStep(state, turn);
    log.info({ turn, step }, 'turn given');
    switch (step) {
      case 'ignore':
        return;
      case 'repeat':
        return state.finished && conclude(state.finished, output);
      case 'cancel':
        return finish(turn, { outcome: 'cancelled', transcript: emptyTranscript }, output);
      case 'give-up':
        return giveUp(turn, output);
      case 'prompt':
      case 'recover':
        return work(data, output, step === 'recover');
    }
  };

  return {
    /** Resolves once the turn is over and everybody was told. Given again meanwhile, it is the same turn. */
    given: (message: TurnGiven, cause: Cause): Promise<void> => {
      const { turn } = message.data;
      const already = known.get(turn);
      if (already) return already;
      const ended = tail.then(async () => {
        running = turn;
        try {
          if (stopping) throw new Stopping('the runner is stopping');
          await run(message, cause);
        } finally {
          running = undefined;
          known.delete(turn);
        }
      });
      known.set(turn, ended);
      tail = ended.catch(() => undefined);
      return ended;
    },

    /** The turn is to end: at once where it runs, unbegun where it waits, not at all where it is over. */
    cancelled: async (turn: number): Promise<void> => {
      try {
        journal.change(cancelling(turn));
      } finally {
        if (running === turn) {
          // In this order, as ACP wants it: the agent must know why its questions are withdrawn.
          await host.cancel();
          questions.withdraw();
          const timer = setTimeout(() => {
            if (running !== turn) return;
            log.warn({ turn }, 'the agent did not stop; it is killed');
            void host.drop(0);
          }, PATIENCE);
          timer.unref();
        }
      }
    },

    /** We end of our own accord: the turn under way is left to whoever comes after us. */
    stop: async (): Promise<void> => {
      stopping = true;
      try {
        if (running !== undefined) journal.change(spared);
      } catch (error) {
        log.warn({ err: error }, 'the journal could not be written');
      }
      await host.drop(500);
    },
  };
};
