import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { connectBus } from '@threadbox/messaging';
import { createAgentHost } from './adapters/agent-host.ts';
import { openBridges, readWays } from './adapters/bridges.ts';
import { runEchoAgent } from './adapters/echo-agent.ts';
import { createInbox } from './adapters/inbox.ts';
import { readInput } from './adapters/input.ts';
import { openJournal } from './adapters/journal-file.ts';
import { createLog } from './adapters/log.ts';
import { createOutbox } from './adapters/outbox.ts';
import { createOutput } from './adapters/output.ts';
import { readConfig, type Config } from './config.ts';
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

const run = async (config: Config): Promise<void> => {
  const { SANDBOX_ID: sandbox, WORKSPACE_DIR: workspace, HOME: home } = config;
  const log = createLog(sandbox, (line) => process.stderr.write(line));
  if (config.WAYS_OUT !== undefined) await openBridges(readWays(config.WAYS_OUT));
  const spec = agentSpec(config.AGENT);
  const bus = await connectBus({
    url: config.NATS_URL,
    name: `runner-${sandbox}`,
    creds: config.NATS_CREDS,
    inboxPrefix: `_INBOX.${sandbox}`,
  });
  const journal = openJournal(join(home, '.threadbox', 'journal.json'));
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
      ...(config.WAYS_OUT === undefined ? {} : proxyEnvironment(config.MODEL_URL, config.MODEL_TOKEN)),
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

if (process.argv[2] === 'echo-agent') {
  await runEchoAgent(process.stdin, process.stdout);
} else {
  const config = readConfig(process.env);
  if ('problems' in config) {
    process.stderr.write(
      `runner: settings are missing or malformed:\n${config.problems.map((line) => `  ${line}\n`).join('')}`,
    );
    process.exit(EXIT_CONFIG);
  }
  await run(config).catch((error: unknown) => {
    const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    process.stderr.write(`runner: ${words}\n`);
    process.exit(1);
  });
}
