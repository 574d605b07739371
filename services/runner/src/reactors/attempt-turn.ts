import type { TurnGiven } from '@threadbox/schemas';
import { AgentUnavailable, type AgentHost } from '../adapters/agent-host.ts';
import { AgentError, AgentGone, type PromptBlock, type PromptResult } from '../adapters/agent-process.ts';
import { JournalUnwritable, type JournalFile } from '../adapters/journal-file.ts';
import type { TurnOutput } from '../adapters/output.ts';
import { createStreamer } from '../adapters/streamer.ts';
import { explainFailure, isCrash } from '../domain/error-words.ts';
import { prompting } from '../domain/journal.ts';
import { questionOf } from '../domain/permission.ts';
import { activityOf, answerSoFar, emptyTranscript, evolve, type Transcript } from '../domain/transcript.ts';
import type { GivenFile } from '../domain/words-to-agent.ts';
import type { Questions } from './questions.ts';

/** How one asking of the agent ended. */
export type Attempt =
  | { how: 'answered'; result: PromptResult; transcript: Transcript }
  | { how: 'cancelled'; transcript: Transcript; usage?: PromptResult['usage'] }
  | { how: 'failed'; error: string; transcript: Transcript }
  | { how: 'crashed' };

export type AttemptPorts = {
  agent: { title: string; instructions: string | undefined };
  workspace: string;
  host: AgentHost;
  journal: JournalFile;
  questions: Questions;
  arrived: (files: TurnGiven['data']['files']) => Promise<GivenFile[]>;
  blocksFor: (turn: {
    text: string;
    author: string | undefined;
    files: readonly GivenFile[];
    recovering: boolean;
    instructions: string | undefined;
    takesImages: boolean;
  }) => Promise<PromptBlock[]>;
  now: () => string;
};

/** Words for a disk that takes nothing more. */
const diskWords = (code: string): string =>
  code === 'ENOSPC'
    ? 'The sandbox’s disk is full, so nothing was begun. Delete something in it, or close the session and start a new one.'
    : `The sandbox’s home cannot be written (${code}), so nothing was begun. Whoever runs Threadbox should look at its disk.`;

const LOST = 'The agent could not go back to the earlier conversation; it begins anew, with the files as they are.';

/** Asks the agent once and hears it out. Never rejects for what an agent can do. */
export const attemptTurn =
  ({ agent, workspace, host, journal, questions, arrived, blocksFor, now }: AttemptPorts) =>
  async (
    { turn, text, author, trusted = false, files }: TurnGiven['data'],
    output: TurnOutput,
    { recovering, notice, cancelled }: { recovering: boolean; notice: string | undefined; cancelled: () => boolean },
  ): Promise<Attempt> => {
    let transcript = emptyTranscript;
    let blocks: PromptBlock[];
    let lost: boolean;
    try {
      const ready = await host.ready({ trusted });
      const { spoken, author: before } = journal.state();
      lost = ready.lost;
      blocks = await blocksFor({
        text,
        author: author === before && !lost ? undefined : author,
        files: await arrived(files),
        recovering,
        instructions: spoken && !lost ? undefined : agent.instructions,
        takesImages: ready.takesImages,
      });
      if (cancelled()) return { how: 'cancelled', transcript };
      journal.change(prompting(turn, now(), author));
    } catch (error) {
      if (error instanceof AgentUnavailable) return { how: 'failed', error: error.message, transcript };
      if (error instanceof JournalUnwritable) return { how: 'failed', error: diskWords(error.code), transcript };
      throw error;
    }

    const attempt = journal.state().turn?.prompts ?? 1;
    const streamer = createStreamer({
      sendText: (at, piece) => output.text(attempt, at, piece),
      sendActivity: (count, activity) => output.activity(attempt, count, { turn, ...activity }),
    });
    const words = [notice, lost ? LOST : undefined].filter((word) => word !== undefined).join(' ');
    const show = (): void =>
      streamer.changed(answerSoFar(transcript), {
        ...activityOf(transcript),
        ...(words === '' ? {} : { notice: words }),
      });
    show();
    try {
      const result = await host.prompt(blocks, {
        event: (event) => {
          transcript = evolve(transcript, event);
          show();
        },
        permission: (wanted) => questions.permission(turn, questionOf(wanted, workspace), output),
        form: (form) => questions.form(turn, form, output),
      });
      return cancelled()
        ? { how: 'cancelled', transcript, usage: result.usage }
        : { how: 'answered', result, transcript };
    } catch (error) {
      if (cancelled()) {
        void host.drop(0);
        return { how: 'cancelled', transcript };
      }
      if (error instanceof AgentGone || (error instanceof AgentError && isCrash(error.failure))) {
        await host.drop(0);
        return { how: 'crashed' };
      }
      if (!(error instanceof AgentError)) throw error;
      // After a refused request Claude Code's adapter answers the next prompt with the old error: a new process does not.
      void host.drop(1000);
      return { how: 'failed', error: explainFailure(error.failure, agent.title), transcript };
    } finally {
      questions.withdraw();
      await streamer.stop();
    }
  };
