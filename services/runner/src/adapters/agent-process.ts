import { Readable, Writable } from 'node:stream';
import * as acp from '@agentclientprotocol/sdk';
import type { AgentFailure } from '../domain/error-words.ts';
import { chooseOption, type WantedTool } from '../domain/permission.ts';
import { formOf, type Form } from '../domain/form.ts';
import type { Answer as PeoplesAnswer } from '../domain/journal.ts';
import type { AgentEvent } from '../domain/transcript.ts';
import { eventOf, tokensOf, wantedOf } from './acp-events.ts';
import { startGroup } from './process-group.ts';

/** Who hears an agent in the middle of a prompt. `permission` resolves to yes, no, or undefined where the turn was cancelled. */
export type Listener = {
  event: (event: AgentEvent) => void;
  permission: (wanted: WantedTool) => Promise<boolean | undefined>;
  /** Resolves to what was answered, or undefined where the turn was cancelled. */
  form: (form: Form) => Promise<Exclude<PeoplesAnswer, boolean> | undefined>;
};

export type PromptBlock = { type: 'text'; text: string } | { type: 'image'; data: string; mimeType: string };
export type PromptResult = { stopReason: acp.StopReason; usage: { inputTokens?: number; outputTokens?: number } };

/** The agent said no to a request of ours. */
export class AgentError extends Error {
  override readonly name = 'AgentError';
  readonly failure: AgentFailure;
  constructor(failure: AgentFailure, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
  }
}

/** The agent's process ended, or never answered. `words` is the last that it said on standard error. */
export class AgentGone extends Error {
  override readonly name = 'AgentGone';
  readonly words: string;
  constructor(how: string, words: string) {
    super(how);
    this.words = words;
  }
}

/** One agent process with one conversation. */
export type AgentProcess = {
  takesImages: boolean;
  /** Goes on with a conversation, or begins a new one where there is none (any more). */
  open: (session: string | undefined) => Promise<{ session: string; resumed: boolean }>;
  prompt: (blocks: readonly PromptBlock[], listener: Listener) => Promise<PromptResult>;
  cancel: () => Promise<void>;
  alive: () => boolean;
  kill: (grace: number) => Promise<void>;
};

/** How long an agent may take to come up, in milliseconds. */
const START = 90_000;

const failureOf = (error: acp.RequestError): AgentFailure => {
  const kind = (error.data as { errorKind?: unknown } | undefined)?.errorKind;
  return { code: error.code, message: error.message, ...(typeof kind === 'string' ? { kind } : {}) };
};

/** Starts an agent and shakes hands with it. Rejects with `NotStarted`, `AgentGone` or `AgentError`. */
export const startAgentProcess = async (options: {
  command: string;
  args: readonly string[];
  env: Record<string, string>;
  cwd: string;
  mark: string;
  sessionMeta: Record<string, unknown> | undefined;
  askingMode: string | undefined;
}): Promise<AgentProcess> => {
  const { cwd, mark } = options;
  const group = await startGroup(options.command, options.args, { env: options.env, cwd, mark });
  let listener: Listener | undefined;
  let alive = true;
  let current = '';
  const gone = group.ended.then((how) => {
    alive = false;
    return new AgentGone(how, group.lastWords());
  });

  const connection = acp
    .client({ name: 'threadbox' })
    .onNotification(acp.methods.client.session.update, ({ params }) => {
      // Outside of a prompt it is the replay of an old conversation, or nothing that anybody waits for.
      const event = listener && eventOf(params.update, new Date().toISOString());
      if (event) listener?.event(event);
    })
    .onRequest(acp.methods.client.session.requestPermission, async ({ params }) => {
      const allow = await listener?.permission(wantedOf(params.toolCall));
      const optionId = allow === undefined ? undefined : chooseOption(params.options, allow);
      return { outcome: optionId === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId } };
    })
    .onRequest(acp.methods.client.elicitation.create, async ({ params }) => {
      const form = params.mode === 'form' ? formOf(params.message, params.requestedSchema) : undefined;
      // What people cannot be asked is declined, not left open.
      if (form === undefined) return { action: 'decline' };
      const answer = await listener?.form(form);
      if (answer === undefined) return { action: 'cancel' };
      return answer.content === undefined ? { action: 'decline' } : { action: 'accept', content: answer.content };
    })
    .connect(
      acp.ndJsonStream(
        Writable.toWeb(group.stdin) as WritableStream<Uint8Array>,
        Readable.toWeb(group.stdout) as ReadableStream<Uint8Array>,
      ),
    );

  /** The answer to a request, or why there will be none. */
  const ask = async <Answer>(request: Promise<Answer>, patience?: number): Promise<Answer> => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<AgentGone>((resolve) => {
      if (patience === undefined) return;
      timer = setTimeout(() => resolve(new AgentGone('it did not answer', group.lastWords())), patience);
    });
    try {
      const answer = await Promise.race([request, gone, late]);
      if (answer instanceof AgentGone) throw answer;
      return answer;
    } catch (error) {
      if (error instanceof acp.RequestError) throw new AgentError(failureOf(error), { cause: error });
      if (error instanceof AgentGone) throw error;
      // The connection broke: the process is ending, if it has not ended.
      throw new AgentGone(error instanceof Error ? error.message : 'its connection broke', group.lastWords());
    } finally {
      clearTimeout(timer);
      // Whoever lost the race must not end us as an unhandled rejection.
      request.catch(() => undefined);
    }
  };

  const kill = async (grace: number): Promise<void> => {
    alive = false;
    await group.kill(grace);
    connection.close();
  };

  const capabilities = await ask(
    connection.agent.request(acp.methods.agent.initialize, {
      protocolVersion: acp.PROTOCOL_VERSION,
      // Nothing is declared that is not handled here.
      clientCapabilities: {
        fs: { readTextFile: false, writeTextFile: false },
        terminal: false,
        elicitation: { form: {} },
      },
      clientInfo: { name: 'threadbox', version: '0.1.0' },
    }),
    START,
  ).then(
    ({ agentCapabilities }) => agentCapabilities ?? {},
    async (error: unknown) => {
      await kill(0);
      throw error;
    },
  );

  const place = { cwd, mcpServers: [], ...(options.sessionMeta ? { _meta: options.sessionMeta } : {}) };
  const { session: methods } = acp.methods.agent;

  const goOn = async (session: string): Promise<acp.ResumeSessionResponse | acp.LoadSessionResponse | undefined> => {
    const request = { ...place, sessionId: session };
    try {
      if (capabilities.sessionCapabilities?.resume)
        return await ask(connection.agent.request(methods.resume, request), START);
      if (capabilities.loadSession) return await ask(connection.agent.request(methods.load, request), START);
      return undefined;
    } catch (error) {
      if (error instanceof AgentError) return undefined;
      throw error;
    }
  };

  return {
    takesImages: capabilities.promptCapabilities?.image === true,
    open: async (session) => {
      const old = session === undefined ? undefined : await goOn(session);
      const begun: acp.NewSessionResponse | undefined =
        old === undefined ? await ask(connection.agent.request('session/new', place), START) : undefined;
      current = begun?.sessionId ?? session ?? '';
      const modes = (old ?? begun)?.modes;
      const { askingMode } = options;
      if (askingMode !== undefined && modes && modes.currentModeId !== askingMode) {
        if (modes.availableModes.some(({ id }) => id === askingMode))
          await ask(connection.agent.request(methods.setMode, { sessionId: current, modeId: askingMode }), START);
      }
      return { session: current, resumed: old !== undefined };
    },
    prompt: async (blocks, hearing) => {
      listener = hearing;
      try {
        const request: Promise<acp.PromptResponse> = connection.agent.request('session/prompt', {
          sessionId: current,
          prompt: [...blocks],
        });
        const response = await ask(request);
        return { stopReason: response.stopReason, usage: tokensOf(response) };
      } finally {
        listener = undefined;
      }
    },
    cancel: async () => {
      if (alive) await connection.agent.notify(methods.cancel, { sessionId: current }).catch(() => undefined);
    },
    alive: () => alive,
    kill,
  };
};
