import { ConfigError, loadConfig, withSecretFiles } from '@threadbox/chassis';
import { botsOf } from './bots.ts';
import type { Half, Platform } from './port.ts';

/** A bot that is switched on: what its conversations begin with, and what its half's settings made of the environment. */
export type SwitchedOn<Made> = { prefix: string; half: Half<Made>; values: Readonly<Record<string, unknown>> };

/** Every bot that an environment, or a file in its SECRETS_DIR, switches on. Throws `ConfigError` with the problems of all of them at once. */
export const switchedOn = <Made>(
  halves: ReadonlyArray<{ name: string; half: Half<Made> }>,
  environment: NodeJS.ProcessEnv,
): ReadonlyArray<SwitchedOn<Made>> => {
  const env = withSecretFiles(environment);
  const problems: string[] = [];
  const bots = halves.flatMap(({ name, half }) =>
    botsOf(name, half, env).flatMap(({ prefix, env: own }) => {
      try {
        return [{ prefix, half, values: loadConfig(half.settings, own) }];
      } catch (error) {
        if (!(error instanceof ConfigError)) throw error;
        problems.push(...error.problems.map((problem) => (prefix === name ? problem : `${prefix}: ${problem}`)));
        return [];
      }
    }),
  );
  if (problems.length > 0) throw new ConfigError([...new Set(problems)]);
  return bots;
};

/** The halves that hear, for `switchedOn`. */
export const hearingOf = (platforms: readonly Platform[]) =>
  platforms.map(({ name, hearing: half }) => ({ name, half }));

/** The halves that write, for `switchedOn`. */
export const writingOf = (platforms: readonly Platform[]) =>
  platforms.map(({ name, writing: half }) => ({ name, half }));
