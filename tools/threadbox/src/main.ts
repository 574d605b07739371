import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const HELP = `Threadbox: coding agents in the chat your team already uses

  npm start                        start everything: NATS, Postgres and all services
  npm test                         run every test
  npm run threadbox -- <command>   or npx threadbox <command>

commands
  start [--verbose]     start everything; Ctrl-C ends it
  serve <service>       run one service for development, restarted when its code changes
  serve infrastructure  run only NATS and Postgres, for the others to use
  doctor                check tokens, permissions, addresses and all else, and name the next thing to do
  slack-manifest        print the manifest that makes the Slack app; --http where PUBLIC_URL is set, else Socket Mode
  dead-letters          list, show, replay and delete what services could not process; dead-letters --help tells how
  replay [session]      what happened in a session, and its state then; replay --help tells how
  projections           verify the tables in Postgres against the log, and rebuild them; projections --help tells how
  backup <folder>       everything that it knows, into a folder, while it runs; backup --help tells what is not in it
  restore <folder>      from such a folder; restore --help tells how
  credentials           write NATS's keys and users, and the configuration for docker compose
  secrets --out <folder>
                        make what a cluster needs of secrets, a folder for each Secret; completes what is there, overwrites nothing
  test [project …]      run the checks, and the tests of these projects: unit, int, e2e
  help                  show this

settings are read from the environment and from .env; .env.example explains each
THREADBOX_HOME (default .threadbox) is where everything is kept
`;

/** The commands that explain more than one line can. */
const HELPS: Readonly<Record<string, () => Promise<string>>> = {
  'dead-letters': async () => (await import('./dead-letters.ts')).DEAD_LETTERS_HELP,
  projections: async () => (await import('./projections.ts')).PROJECTIONS_HELP,
  backup: async () => (await import('./backup.ts')).BACKUP_HELP,
  restore: async () => (await import('./restore.ts')).RESTORE_HELP,
  replay: async () => (await import('./replay.ts')).REPLAY_HELP,
};

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const run = async (argv: string[]): Promise<number> => {
  const { positionals, values } = parseArgs({
    args: argv,
    allowPositionals: true,
    options: {
      verbose: { type: 'boolean', short: 'v', default: false },
      http: { type: 'boolean', default: false },
      out: { type: 'string' },
      at: { type: 'string' },
      replace: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [command = 'help', ...rest] = positionals;
  const more = values.help && Object.hasOwn(HELPS, command) ? HELPS[command] : undefined;
  if (more) {
    console.log(await more());
    return 0;
  }
  if (values.help || command === 'help') {
    console.log(HELP);
    return 0;
  }
  // Tests must not depend on what somebody keeps in .env.
  const envFile = join(ROOT, '.env');
  if (command !== 'test' && existsSync(envFile)) process.loadEnvFile(envFile);
  const home = resolve(ROOT, process.env['THREADBOX_HOME'] || '.threadbox');
  switch (command) {
    case 'start':
      return (await import('./start.ts')).start({ home, verbose: values.verbose });
    case 'serve':
      return (await import('./serve.ts')).serve({ root: ROOT, home, service: rest[0] ?? '' });
    case 'doctor':
      return (await import('./doctor.ts')).doctor({ home });
    case 'dead-letters': {
      const { deadLettersCommand } = await import('./dead-letters.ts');
      return deadLettersCommand({ home, args: rest });
    }
    case 'replay':
      return (await import('./replay.ts')).replay({ home, id: rest[0], at: values.at });
    case 'projections':
      return (await import('./projections.ts')).projectionsCommand({ home, args: rest });
    case 'backup':
      return (await import('./backup.ts')).backupCommand({ home, folder: rest[0] });
    case 'restore':
      return (await import('./restore.ts')).restoreCommand({ home, folder: rest[0], replace: values.replace });
    case 'slack-manifest': {
      const { slackManifest } = await import('@threadbox/platforms');
      const publicUrl = process.env['PUBLIC_URL'] || undefined;
      if (values.http && publicUrl === undefined)
        throw new Error('--http needs PUBLIC_URL: the address that Slack delivers to');
      const mode = values.http ? 'http' : 'socket';
      console.log(JSON.stringify(slackManifest({ publicUrl, prefix: 'slack', mode }), null, 2));
      return 0;
    }
    case 'credentials':
      return (await import('./credentials.ts')).credentials({ home });
    case 'secrets': {
      if (values.out === undefined) throw new Error('secrets needs --out <folder>');
      const { writeSecrets } = await import('./secrets.ts');
      const { notes } = await writeSecrets({ out: resolve(values.out), env: process.env });
      for (const note of notes) console.log(note);
      return 0;
    }
    case 'test':
      return (await import('./test.ts')).test({ root: ROOT, projects: rest });
    default:
      console.error(`threadbox: there is no command “${command}”\n\n${HELP}`);
      return 2;
  }
};

try {
  process.exitCode = await run(process.argv.slice(2));
} catch (error) {
  console.error(`\nthreadbox: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
process.exit();
