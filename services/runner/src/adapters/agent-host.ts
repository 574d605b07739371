import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentSpec } from '../domain/agents.ts';
import {
  AgentError,
  AgentGone,
  startAgentProcess,
  type AgentProcess,
  type Listener,
  type PromptBlock,
  type PromptResult,
} from './agent-process.ts';
import type { JournalFile } from './journal-file.ts';
import type { Log } from './log.ts';
import { killMarked, NotStarted } from './process-group.ts';

/** The agent cannot be brought up; the message says why and what to do, in plain words. */
export class AgentUnavailable extends Error {
  override readonly name = 'AgentUnavailable';
}

type Settings = {
  spec: AgentSpec;
  instructions: string;
  sandbox: string;
  workspace: string;
  home: string;
  env: Record<string, string>;
  /** How this program itself is run, for agents that are built in. */
  self: readonly string[];
  journal: JournalFile;
  log: Log;
};

/** Keeps one agent process with one conversation: brings it up when it is needed, and again after it died. */
export type AgentHost = {
  /**
   * Resolves once the agent is ready; `lost` where it has forgotten a conversation. Where `trusted` is another than before,
   * it is a new process that goes on with the conversation. Rejects with `AgentUnavailable`.
   */
  ready: (options: { trusted: boolean }) => Promise<{ takesImages: boolean; lost: boolean }>;
  prompt: (blocks: readonly PromptBlock[], listener: Listener) => Promise<PromptResult>;
  cancel: () => Promise<void>;
  /** Ends it; the next `ready` brings up a new one. */
  drop: (grace: number) => Promise<void>;
};

const lastLine = (words: string): string => words.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';

export const createAgentHost = ({
  spec,
  instructions,
  sandbox,
  workspace,
  home,
  env,
  self,
  journal,
  log,
}: Settings): AgentHost => {
  let agent: AgentProcess | undefined;
  let coming: Promise<{ takesImages: boolean; lost: boolean }> | undefined;
  let heeds = false;
  let swept = false;
  let dropping: Promise<void> = Promise.resolve();

  const commandOf = (): [command: string, args: readonly string[]] => {
    if ('role' in spec.program) return [process.execPath, [...self, spec.program.role]];
    if ('command' in spec.program) return [spec.program.command, spec.args];
    try {
      return [process.execPath, [fileURLToPath(import.meta.resolve(spec.program.module)), ...spec.args]];
    } catch {
      throw new AgentUnavailable(`${spec.title} is not installed here. To install it: ${spec.install}`);
    }
  };

  const bringUp = async (): Promise<{ takesImages: boolean; lost: boolean }> => {
    // What an earlier life of ours may have left running.
    if (!swept) await killMarked(`${sandbox}:`);
    await dropping;
    swept = true;
    for (const [path, content] of Object.entries(spec.files ?? {})) {
      await mkdir(dirname(join(home, path)), { recursive: true });
      // The agent may have made its own; that one is kept.
      await writeFile(join(home, path), content, { flag: 'wx' }).catch(() => undefined);
    }
    const [command, args] = commandOf();
    const started = await startAgentProcess({
      command,
      args,
      env: { ...env, ...(heeds ? {} : spec.untrusted) },
      cwd: workspace,
      mark: sandbox,
      sessionMeta: spec.sessionMeta?.(instructions, heeds),
      askingMode: spec.askingMode,
    });
    agent = started;
    const known = journal.state().session;
    const { session, resumed } = await started.open(known);
    const lost = known !== undefined && !resumed && journal.state().spoken;
    journal.change((state) => (state.session === session ? state : { ...state, session }));
    log.info({ agent: spec.title, resumed }, 'the agent is ready');
    return { takesImages: started.takesImages, lost };
  };

  const explain = (error: unknown): Error => {
    if (error instanceof NotStarted && error.code === 'ENOENT')
      return new AgentUnavailable(`${spec.title} is not installed here. To install it: ${spec.install}`, {
        cause: error,
      });
    if (error instanceof AgentGone)
      return new AgentUnavailable(`${spec.title} did not start (${error.message}). ${lastLine(error.words)}`.trim(), {
        cause: error,
      });
    if (error instanceof AgentError || error instanceof NotStarted)
      return new AgentUnavailable(`${spec.title} did not start: ${error.message}`, { cause: error });
    return error instanceof Error ? error : new Error(String(error));
  };

  const end = async (grace: number): Promise<void> => {
    const old = agent;
    agent = undefined;
    await old?.kill(grace);
  };
  const endingToo = (ended: Promise<void> | undefined): Promise<void> => {
    coming = undefined;
    dropping = Promise.all([dropping, ended]).then(() => undefined);
    return dropping;
  };
  const drop = (grace: number): Promise<void> => endingToo(end(grace));

  return {
    ready: ({ trusted }) => {
      if (agent && !agent.alive()) void drop(0);
      if (trusted !== heeds) {
        heeds = trusted;
        // One that is still coming up must not come after its successor.
        const settled = coming?.then(
          () => undefined,
          () => undefined,
        );
        void endingToo(settled?.then(() => end(0)));
      }
      coming ??= bringUp().catch(async (error: unknown) => {
        await drop(0);
        throw explain(error);
      });
      return coming;
    },
    prompt: async (blocks, listener) => {
      if (!agent) throw new AgentGone('it is not there', '');
      return agent.prompt(blocks, listener);
    },
    cancel: async () => agent?.cancel(),
    drop,
  };
};
