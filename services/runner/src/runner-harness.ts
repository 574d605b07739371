/** For the integration tests: a real NATS, a real model rehearsal, and runners as the sandbox service starts them. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AckPolicy, DeliverPolicy } from '@nats-io/jetstream';
import { headers } from '@nats-io/transport-node';
import { mintSandboxCredentials } from '@threadbox/credentials';
import { compose, type Bus } from '@threadbox/messaging';
import { startRehearsal } from '@threadbox/rehearsal';
import {
  deriveId,
  runnerDurable,
  sandboxSubject,
  streams,
  SandboxOutput,
  type AgentName,
  type FormContent,
  type SandboxInput,
  type TurnGiven,
} from '@threadbox/schemas';
import { testNats } from '@threadbox/tool-infrastructure/testing';

const main = new URL('main.ts', import.meta.url).pathname;

type Parts<Message> = Message extends { type: infer Type; data: infer Data } ? { type: Type; data: Data } : never;
type Of<Type extends SandboxOutput['type']> = Extract<SandboxOutput, { type: Type }>;

/** Every process whose environment names this folder. */
export const processesOf = async (folder: string): Promise<Array<{ pid: number; command: string }>> => {
  const found = await Promise.all(
    (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const environ = await readFile(`/proc/${name}/environ`, 'latin1').catch(() => '');
        const command = await readFile(`/proc/${name}/cmdline`, 'latin1').catch(() => '');
        return environ.includes(folder) && command !== ''
          ? [{ pid: Number(name), command: command.replaceAll('\0', ' ') }]
          : [];
      }),
  );
  return found.flat();
};

/** Waits until something is so; the test's own time limit is the only one. */
export const until = async <Value>(
  look: () => Value | undefined | Promise<Value | undefined>,
): Promise<NonNullable<Value>> => {
  for (;;) {
    const value = await look();
    if (value !== undefined && value !== null && value !== false) return value;
    await sleep(20);
  }
};

/** One sandbox: what the tests say to it and hear from it. */
const openSandbox = async (options: {
  bus: Bus;
  signer: { accountPublicKey: string; signingSeed: string };
  natsUrl: string;
  modelUrl: string;
  agent: AgentName;
  path?: string;
}) => {
  const { bus, signer, natsUrl, modelUrl, agent } = options;
  const id = randomUUID();
  const folder = await mkdtemp(join(tmpdir(), 'threadbox-runner-'));
  const workspace = join(folder, 'workspace');
  const home = join(folder, 'home');
  await Promise.all([workspace, home].map((path) => mkdir(path)));
  const creds = join(folder, 'nats.creds');
  await writeFile(creds, await mintSandboxCredentials({ ...signer, sandboxId: id, expiresIn: 3600 }));
  await bus.jsm.consumers.add(streams.sandbox, {
    durable_name: runnerDurable(id),
    filter_subject: sandboxSubject(id, 'in'),
    ack_policy: AckPolicy.Explicit,
    ack_wait: 5e9,
    max_ack_pending: 1000,
  });
  const heard: SandboxOutput[] = [];
  const traces: Array<string | undefined> = [];
  const outputs = await bus.js.consumers.get(streams.sandbox, {
    filter_subjects: sandboxSubject(id, 'out'),
    deliver_policy: DeliverPolicy.All,
  });
  const messages = await outputs.consume();
  void (async () => {
    for await (const message of messages) {
      heard.push(SandboxOutput.parse(message.json()));
      traces.push(message.headers?.get('traceparent') || undefined);
    }
  })();

  let runner: ChildProcess | undefined;
  let log = '';
  const give = async (parts: Parts<SandboxInput>, step: string | number): Promise<void> => {
    const message = compose<string, unknown>({
      ...parts,
      id: deriveId(id, parts.type, step),
      correlation: deriveId(id),
    });
    const carrier = headers();
    carrier.set('traceparent', TRACE);
    await bus.js.publish(sandboxSubject(id, 'in'), JSON.stringify(message), { msgID: message.id, headers: carrier });
  };
  const all = <Type extends SandboxOutput['type']>(type: Type): Array<Of<Type>> =>
    heard.filter((output): output is Of<Type> => output.type === type);

  return {
    id,
    folder,
    workspace,
    home,
    traces,
    log: () => log,
    all,
    give,
    /** Starts a runner, as the driver does. */
    start: (env: Record<string, string> = {}): ChildProcess => {
      const started = spawn(process.execPath, [main], {
        cwd: workspace,
        detached: true,
        stdio: ['ignore', 'ignore', 'pipe'],
        env: {
          PATH: options.path ?? process.env['PATH'] ?? '',
          HOME: home,
          SANDBOX_ID: id,
          AGENT: agent,
          NATS_URL: natsUrl,
          NATS_CREDS: creds,
          WORKSPACE_DIR: workspace,
          MODEL_URL: modelUrl,
          MODEL_TOKEN: 'a-token',
          ...env,
        },
      });
      started.stderr?.on('data', (data) => (log += String(data)));
      runner = started;
      return started;
    },
    /** Ends the runner and waits for its end. */
    kill: async (signal: NodeJS.Signals): Promise<number | null> => {
      if (!runner) return null;
      const child = runner;
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.kill(signal);
      await ended;
      return child.exitCode;
    },
    say: (turn: number, text: string, more: Partial<TurnGiven['data']> = {}) =>
      give({ type: 'turn-given', data: { turn, text, author: 'Ada', files: [], ...more } }, turn),
    cancel: (turn: number) => give({ type: 'turn-cancelled', data: { turn } }, turn),
    decide: (request: string, allow: boolean) =>
      give({ type: 'permission-decided', data: { request, allow } }, request),
    reply: (request: string, content?: FormContent) =>
      give({ type: 'question-replied', data: { request, ...(content && { content }) } }, request),
    questioned: (count = 1): Promise<Of<'question-asked'>['data']> =>
      until(() => all('question-asked')[count - 1]?.data),
    finished: (turn: number): Promise<Of<'turn-finished'>['data']> =>
      until(() => all('turn-finished').find(({ data }) => data.turn === turn)?.data),
    asked: (count = 1): Promise<Of<'permission-asked'>['data']> =>
      until(() => all('permission-asked')[count - 1]?.data),
    /** Messages that the runner has neither acknowledged nor yet been given. */
    open: async (): Promise<number> => {
      const info = await bus.jsm.consumers.info(streams.sandbox, runnerDurable(id));
      return info.num_ack_pending + info.num_pending;
    },
    close: async (): Promise<void> => {
      if (runner && runner.exitCode === null && runner.signalCode === null) {
        const ended = once(runner, 'exit');
        runner.kill('SIGKILL');
        await ended;
      }
      for (const { pid } of await processesOf(folder)) {
        try {
          process.kill(pid, 'SIGKILL');
        } catch {
          // Gone already.
        }
      }
      await messages.close();
      await until(async () => (await processesOf(folder)).length === 0);
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};
export type TestSandbox = Awaited<ReturnType<typeof openSandbox>>;

/** The trace that every message of the tests comes with. */
export const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

/** Starts what a file of tests needs. `close` leaves no process and no file behind. */
export const startHarness = async () => {
  const nats = await testNats();
  const rehearsal = await startRehearsal();
  const bus = await nats.connect('admin');
  const sandboxes: TestSandbox[] = [];
  return {
    nats,
    sandbox: async (agent: AgentName, options: { path?: string } = {}): Promise<TestSandbox> => {
      const opened = await openSandbox({
        bus,
        signer: nats.sandboxSigner,
        natsUrl: nats.url,
        modelUrl: rehearsal.url,
        agent,
        ...options,
      });
      sandboxes.push(opened);
      return opened;
    },
    closeSandboxes: async (): Promise<void> => {
      await Promise.all(sandboxes.splice(0).map((sandbox) => sandbox.close()));
    },
    close: async (): Promise<void> => {
      await rehearsal.close();
      await bus.close();
      await nats.stop();
    },
  };
};
