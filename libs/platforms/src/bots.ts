import type { Half } from './port.ts';

/** One bot of a platform: what its conversations begin with, and its part of the environment under the plain names. */
export type BotEnvironment = { prefix: string; env: Record<string, string> };

const MORE = /^([a-z0-9]{1,20})$/;

/** The variables of a half, each with its `_FILE`. */
const variablesOf = ({ settings }: Pick<Half<unknown>, 'settings'>): string[] =>
  Object.keys(settings.shape).flatMap((name) => [name, `${name}_FILE`]);

/** Every variable of an environment that a half reads, those of further bots (`NAME__<bot>`) included. */
export const passedOn = (of: Pick<Half<unknown>, 'settings'>, env: NodeJS.ProcessEnv): string[] => {
  const names = new Set(variablesOf(of));
  return Object.keys(env).filter((name) => names.has(plainName(name)?.name ?? name));
};

/** `NAME__<bot>` or `NAME__<bot>_FILE` as the plain name and the bot; undefined for any other. */
const plainName = (variable: string): { name: string; bot: string } | undefined => {
  const [name = '', rest] = variable.split('__');
  const bot = rest?.replace(/_FILE$/, '');
  if (rest === undefined || bot === undefined || !MORE.test(bot)) return undefined;
  return { name: rest.endsWith('_FILE') ? `${name}_FILE` : name, bot };
};

/**
 * The bots of a platform that an environment describes. The first has the plain names (`TELEGRAM_BOT_TOKEN`); each further one is
 * switched on by a variable that ends in its name (`TELEGRAM_BOT_TOKEN__support`), and takes from the first whatever it
 * has not of its own. A half without a switch is always on, once.
 */
export const botsOf = (
  platform: string,
  half: Pick<Half<unknown>, 'switch' | 'settings'>,
  env: NodeJS.ProcessEnv,
): BotEnvironment[] => {
  const isSet = (name: string): boolean => env[name] !== undefined && env[name] !== '';
  const variables = variablesOf(half);
  const environmentOf = (bot: string | undefined): Record<string, string> =>
    Object.fromEntries(
      variables.flatMap((name) => {
        const own = bot === undefined ? name : name.replace(/(_FILE)?$/, `__${bot}$1`);
        if (isSet(own)) return [[name, env[own]!]];
        // A value of its own, given the other way, must not be outdone by the first bot's.
        const other = name.endsWith('_FILE') ? name.slice(0, -5) : `${name}_FILE`;
        const otherOwn = bot === undefined ? other : other.replace(/(_FILE)?$/, `__${bot}$1`);
        return isSet(name) && !isSet(otherOwn) ? [[name, env[name]!]] : [];
      }),
    );
  if (half.switch === undefined) return [{ prefix: platform, env: environmentOf(undefined) }];
  const on = [half.switch, `${half.switch}_FILE`];
  const more = Object.keys(env).flatMap((variable) => {
    const found = plainName(variable);
    return found && on.includes(found.name) && isSet(variable) ? [found.bot] : [];
  });
  return [
    ...(on.some(isSet) ? [{ prefix: platform, env: environmentOf(undefined) }] : []),
    ...[...new Set(more)].toSorted().map((bot) => ({ prefix: `${platform}-${bot}`, env: environmentOf(bot) })),
  ];
};
