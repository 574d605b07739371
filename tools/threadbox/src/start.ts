import { botsOf, platforms } from '@threadbox/platforms';
import { startThreadbox, type Threadbox } from './start-threadbox.ts';

const SHOWN_LEVELS = new Set(['warn', 'error', 'fatal']);

/** A log line as people like to read it in a terminal; undefined for those that only the files need. */
export const terminalLine = (service: string, line: string, verbose: boolean): string | undefined => {
  if (verbose) return `${service.padEnd(8)} ${line}`;
  try {
    const { level, msg, err, reason } = JSON.parse(line) as {
      level?: string;
      msg?: string;
      err?: { message?: string };
      reason?: string;
    };
    if (level === undefined || !SHOWN_LEVELS.has(level)) return undefined;
    return `  ${service}: ${[msg, err?.message ?? reason].filter(Boolean).join(': ').split('\n')[0]}`;
  } catch {
    return undefined;
  }
};

/** Which bots are on, and how to switch the others on. */
const botsLine = (env: NodeJS.ProcessEnv): string => {
  const bots = platforms
    .filter(({ name }) => name !== 'web')
    .map(({ name, hearing }) => ({ name, on: botsOf(name, hearing, env).map(({ prefix }) => prefix) }));
  const on = bots.flatMap((bot) => bot.on);
  const off = bots.filter((bot) => bot.on.length === 0).map(({ name }) => name);
  const rest =
    off.length === 0 ? '' : `${on.length === 0 ? '' : '; '}off: ${off.join(', ')} (deploy/platforms/ shows how)`;
  return `${on.join(', ')}${rest}`;
};

const banner = (box: Threadbox, env: NodeJS.ProcessEnv, home: string, seconds: number): string => {
  const lines = [
    ['Chat', `${box.webUrl}/#token=${box.webToken}`],
    ['Token', `${box.webToken}  (user “host”)`],
    ['Also in', botsLine(env)],
    [
      'Model',
      box.model === 'real'
        ? 'as your environment names it'
        : 'rehearsal: no model credential is set; set ANTHROPIC_API_KEY in .env for the real one',
    ],
    ['Traces', env['OTEL_EXPORTER_OTLP_ENDPOINT'] ?? 'off: set OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['Data', `${home} (logs in logs/)`],
  ];
  return [
    '',
    `  Threadbox is ready (${seconds.toFixed(1)} s).`,
    '',
    ...lines.map(([name = '', text = '']) => `  ${name.padEnd(9)} ${text}`),
    '',
    '  Open the chat, and say hello. Ctrl-C ends everything; what was said is kept.',
    '',
  ].join('\n');
};

/** `threadbox start`: starts everything, tells where it is, and ends it with Ctrl-C. Tells the exit code. */
export const start = async ({ home, verbose }: { home: string; verbose: boolean }): Promise<number> => {
  const startedAt = Date.now();
  const say = (line: string): void => console.log(`  ${line}`);
  const interrupted = new AbortController();
  const signals: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  let count = 0;
  for (const signal of signals) {
    process.on(signal, () => {
      count += 1;
      interrupted.abort();
      // The second one means it. Everything that we started ends with us.
      if (count > 1) process.exit(130);
    });
  }
  const box = await startThreadbox({
    home,
    progress: say,
    onLog: (service, line) => {
      const shown = terminalLine(service, line, verbose);
      if (shown !== undefined && !interrupted.signal.aborted) console.log(shown);
    },
  });
  if (!interrupted.signal.aborted) {
    console.log(banner(box, process.env, home, (Date.now() - startedAt) / 1000));
    await new Promise((resolve) => {
      interrupted.signal.addEventListener('abort', resolve, { once: true });
      if (interrupted.signal.aborted) resolve(undefined);
    });
  }
  say('ending …');
  await box.stop();
  return 0;
};
