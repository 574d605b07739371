import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { connectBus, withFaultPoints } from '@threadbox/messaging';
import type { SandboxClaim } from '@threadbox/schemas';
import { createAgentHost } from './adapters/agent-host.ts';
import { openBridges, readWays } from './adapters/bridges.ts';
import { runEchoAgent } from './adapters/echo-agent.ts';
import { createInbox } from './adapters/inbox.ts';
import { readInput } from './adapters/input.ts';
import { openJournal } from './adapters/journal-file.ts';
import { createLog } from './adapters/log.ts';
import { createOutbox } from './adapters/outbox.ts';
import { createOutput } from './adapters/output.ts';
import { awaitClaim } from './adapters/await-claim.ts';
import { readConfig, readWaiting, type Config } from './config.ts';
import { agentSpec } from './domain/agents.ts';
import { proxyEnvironment } from './domain/proxy-environment.ts';
import { INSTRUCTIONS } from './domain/words-to-agent.ts';
import { attemptTurn } from './reactors/attempt-turn.ts';
import { createTurns } from './reactors/on-turn-given.ts';
import { createQuestions } from './reactors/questions.ts';
import { promptBlocks } from './reactors/prompt-blocks.ts';

/** The exit code for settings that cannot be worked with (EX_CONFIG of sysexits.h): trying again is no use. */
const EXIT_CONFIG = 78;
/** The largest image that an agent is shown at once, in bytes (the Messages API's limit). */
const IMAGE_BYTES = 5 * 1024 * 1024;

const now = (): string => new Date().toISOString();

/** `creds`: the content of the sandbox's credentials file, where there is no file. */
const run = async (config: Config, creds?: Uint8Array): Promise<void> => {
  const { SANDBOX_ID: sandbox, WORKSPACE_DIR: workspace, HOME: home } = config;
  const log = createLog(sandbox, (line) => process.stderr.write(line));
  if (config.WAYS_OUT !== undefined) await openBridges(readWays(config.WAYS_OUT));
  const spec = agentSpec(config.AGENT);
  const bus = await connectBus({
    url: config.NATS_URL,
    name: `runner-${sandbox}`,
    creds: creds ?? config.NATS_CREDS,
    inboxPrefix: `_INBOX.${sandbox}`,
  });
  const journal = withFaultPoints('journal', openJournal(join(home, '.threadbox', 'journal.json')), ['change']);
  const host = createAgentHost({
    spec,
    instructions: INSTRUCTIONS,
    sandbox,
    workspace,
    home,
    env: {
      PATH: config.PATH,
      HOME: home,
      LANG: 'C.UTF-8',
      ...(config.TMPDIR === undefined ? {} : { TMPDIR: config.TMPDIR }),
      ...(config.WAYS_OUT !== undefined || config.EGRESS_PROXY === '1'
        ? proxyEnvironment(config.MODEL_URL, config.MODEL_TOKEN)
        : {}),
      ...spec.environment({ modelUrl: config.MODEL_URL, modelToken: config.MODEL_TOKEN, home }),
    },
    self: process.argv.slice(1, 2),
    journal,
    log,
  });
  const questions = createQuestions({ sandbox, journal });
  const inbox = createInbox({ workspace, pieces: join(home, '.threadbox', 'pieces'), journal });
  const readImage = async (path: string): Promise<string | undefined> => {
    const file = join(workspace, path);
    const size = await stat(file).then(
      ({ size: bytes }) => bytes,
      () => Infinity,
    );
    return size <= IMAGE_BYTES ? readFile(file, 'base64') : undefined;
  };
  const turns = createTurns({
    agentTitle: spec.title,
    host,
    journal,
    questions,
    outbox: createOutbox(workspace),
    outputFor: createOutput({ bus, sandbox, log }),
    attempt: attemptTurn({
      agent: { title: spec.title, instructions: spec.instructions === 'first-prompt' ? INSTRUCTIONS : undefined },
      workspace,
      host,
      journal,
      questions,
      arrived: inbox.arrived,
      blocksFor: promptBlocks({ readImage }),
      now,
    }),
    now,
    log,
  });

  const input = await readInput({
    bus,
    sandbox,
    log,
    handle: async (message, cause) => {
      switch (message.type) {
        case 'turn-given':
          return turns.given(message, cause);
        case 'turn-cancelled':
          return turns.cancelled(message.data.turn);
        case 'permission-decided':
          return questions.answered(message.data.request, message.data.allow);
        case 'question-replied':
          return questions.answered(message.data.request, { content: message.data.content });
        case 'file-chunk':
          return inbox.take(message.data);
      }
    },
  });

  let ending = false;
  const end = async (reason: string, code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    log.info({ reason }, 'stopping');
    setTimeout(() => process.exit(code), 3000).unref();
    await Promise.allSettled([turns.stop(), input.stop()]);
    await bus.close().catch(() => undefined);
    process.exit(code);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void end(signal, 0));
  if (config.THREADBOX_SUPERVISED === '1') {
    process.stdin.resume();
    process.stdin.on('end', () => void end('the supervisor is gone', 1));
    process.stdin.on('error', () => void end('the supervisor is gone', 1));
  }
  // Nothing more to read from, or refused for good (our credentials ended): the driver brings up the next one.
  void input.ended.catch(() => undefined).then(() => end('there is no more input', 1));
  void bus.nc.closed().then(() => end('the connection is closed', 1));

  log.info({ agent: config.AGENT }, 'ready');
  // The first answer need not wait for the agent to come up; why it does not is told with the first turn.
  host.ready({ trusted: false }).catch((error: unknown) => log.warn({ err: error }, 'the agent is not ready yet'));
};

const refuse = (problems: readonly string[]): never => {
  process.stderr.write(`runner: settings are missing or malformed:\n${problems.map((line) => `  ${line}\n`).join('')}`);
  process.exit(EXIT_CONFIG);
};

/** Waits to be told which sandbox this is; undefined where that is known from the start. */
const becomeSomebody = async (): Promise<SandboxClaim | undefined> => {
  const waiting = readWaiting(process.env);
  if (waiting === undefined) return undefined;
  if ('problems' in waiting) return refuse(waiting.problems);
  const log = createLog(waiting.WARM_ID, (line) => process.stderr.write(line));
  const leave = (): never => process.exit(0);
  process.once('SIGTERM', leave);
  const claim = await awaitClaim({
    url: waiting.NATS_URL,
    warmId: waiting.WARM_ID,
    creds: waiting.NATS_CREDS,
    onReady: () => log.info({}, 'waiting'),
  });
  process.removeListener('SIGTERM', leave);
  return claim;
};

const start = async (): Promise<void> => {
  const claim = await becomeSomebody();
  const identity = claim && { SANDBOX_ID: claim.sandbox, AGENT: claim.agent, MODEL_TOKEN: claim.modelToken };
  const config = readConfig({ ...process.env, ...identity });
  if ('problems' in config) return refuse(config.problems);
  await run(config, claim && new TextEncoder().encode(claim.natsCreds));
};

if (process.argv[2] === 'echo-agent') await runEchoAgent(process.stdin, process.stdout);
else
  await start().catch((error: unknown) => {
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    process.stderr.write(`runner: ${words}\n`);
    process.exit(1);
  });
