import { access, constants, mkdir } from 'node:fs/promises';
import { connectBus } from '@threadbox/messaging';
import { ConfigError } from '@threadbox/chassis';
import { botsOf, hearingOf, platforms, switchedOn, type Finding } from '@threadbox/platforms';
import { connectDatabase } from '@threadbox/projections';
import { findBubblewrap, findNatsServer, findPostgres } from '@threadbox/tool-infrastructure';
import { mintCredentials } from '@threadbox/tool-credentials';
import { join } from 'node:path';
import { examineModel } from './examine-model.ts';
import { examinePublicUrl } from './examine-public-url.ts';

/** A part of Threadbox, and what the doctor looks at there. */
type Examination = { part: string; look: () => Promise<readonly Finding[]> };

const well = (what: string): Finding => ({ what, fix: undefined });
const reasonOf = (error: unknown): string =>
  error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);

const examineHome = async (home: string): Promise<readonly Finding[]> => {
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await access(home, constants.R_OK | constants.W_OK);
    return [well(`data goes to ${home}`)];
  } catch (error) {
    return [
      {
        what: `data in ${home}`,
        fix: `The folder cannot be used (${reasonOf(error)}): set THREADBOX_HOME to another.`,
      },
    ];
  }
};

const examineNats = async (home: string, url: string | undefined): Promise<readonly Finding[]> => {
  if (!url) {
    try {
      return [well(`nats-server: ${await findNatsServer({ home, progress: () => undefined })}`)];
    } catch (error) {
      return [{ what: 'nats-server', fix: reasonOf(error) }];
    }
  }
  try {
    const { creds } = await mintCredentials(join(home, 'credentials'));
    const bus = await connectBus({ url, name: 'admin', creds: creds('admin') });
    const { version } = bus.nc.info ?? {};
    await bus.close();
    return [well(`NATS ${version ?? ''} at ${url}`)];
  } catch (error) {
    return [
      {
        what: `NATS at ${url}`,
        fix: `It cannot be used (${reasonOf(error)}): check NATS_URL, and that it has the credentials of \`npx threadbox credentials\`.`,
      },
    ];
  }
};

const examineSandboxes = async (home: string, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> => {
  if (env['SANDBOX_WALLS'] === 'none')
    return [well('local, WITHOUT walls: agents can read and do whatever you can (SANDBOX_WALLS=none)')];
  try {
    return [well(`local, behind walls: ${await findBubblewrap({ home, progress: () => undefined })}`)];
  } catch (error) {
    return [{ what: 'walls around sandboxes', fix: error instanceof Error ? error.message : String(error) }];
  }
};

const examinePostgres = async (url: string | undefined): Promise<readonly Finding[]> => {
  if (!url) {
    try {
      await findPostgres();
      return [well('Postgres: the binaries that came with npm ci')];
    } catch (error) {
      return [{ what: 'Postgres', fix: reasonOf(error) }];
    }
  }
  const sql = connectDatabase(url, { connections: 1 });
  try {
    const [row] = await sql<Array<{ version: string }>>`select current_setting('server_version') as version`;
    return [well(`Postgres ${row?.version ?? ''}`)];
  } catch (error) {
    return [{ what: 'Postgres', fix: `DATABASE_URL cannot be used (${reasonOf(error)}).` }];
  } finally {
    await sql.end({ timeout: 1 }).catch(() => undefined);
  }
};

/** Every bot that is switched on, asked by its platform; settings that cannot be read are findings too. */
const examinePlatforms = (env: NodeJS.ProcessEnv): Examination[] =>
  platforms.flatMap((platform) =>
    botsOf(platform.name, platform.hearing, env).map(({ prefix, env: own }) => ({
      part: prefix,
      look: async () => {
        try {
          const [bot] = switchedOn(hearingOf([platform]), own);
          return bot === undefined ? [] : await bot.half.examine(bot.values, prefix);
        } catch (error) {
          if (error instanceof ConfigError) return error.problems.map((fix) => ({ what: 'its settings', fix }));
          return [{ what: 'the platform', fix: reasonOf(error) }];
        }
      },
    })),
  );

const examinations = (home: string, env: NodeJS.ProcessEnv): Examination[] => [
  { part: 'home', look: () => examineHome(home) },
  { part: 'nats', look: () => examineNats(home, env['NATS_URL']) },
  { part: 'postgres', look: () => examinePostgres(env['DATABASE_URL']) },
  { part: 'model', look: () => examineModel(env) },
  { part: 'sandbox', look: () => examineSandboxes(home, env) },
  ...(env['PUBLIC_URL'] ? [{ part: 'address', look: () => examinePublicUrl(env['PUBLIC_URL'] ?? '') }] : []),
  ...examinePlatforms(env),
];

/**
 * `threadbox doctor`: looks at everything that Threadbox needs as it is set up now, changes nothing, prints a line for each
 * thing, and names the one to do next. Tells the exit code: 0 where all is well.
 */
export const doctor = async ({
  home,
  env = process.env,
  say = console.log,
}: {
  home: string;
  env?: NodeJS.ProcessEnv;
  say?: (line: string) => void;
}): Promise<number> => {
  let next: string | undefined;
  for (const { part, look } of examinations(home, env)) {
    for (const { what, fix } of await look()) {
      say(`  ${fix === undefined ? '✓' : '✗'} ${part.padEnd(10)} ${what}`);
      if (fix === undefined) continue;
      say(`    ${' '.repeat(10)} ${fix}`);
      next ??= fix;
    }
  }
  const off = platforms.filter(({ name, hearing }) => name !== 'web' && botsOf(name, hearing, env).length === 0);
  if (off.length > 0)
    say(`\n  Not switched on: ${off.map(({ name }) => name).join(', ')} (deploy/platforms/ shows how).`);
  say(next === undefined ? '\n  All is well: npm start' : `\n  Next: ${next}`);
  return next === undefined ? 0 : 1;
};
