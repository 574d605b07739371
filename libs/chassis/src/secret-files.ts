import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.ts';

/** A setting's name, that of a further bot included (`TELEGRAM_BOT_TOKEN__support`). */
const SETTING = /^[A-Z][A-Z0-9_]*?(__[a-z0-9]{1,20})?$/;

/**
 * The environment, with `NAME_FILE` for each file of the folder SECRETS_DIR that is named as a setting: how a mounted Secret
 * becomes settings, one more file being one more setting. What the environment says itself counts more. Throws `ConfigError`
 * where the folder cannot be read.
 */
export const withSecretFiles = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv => {
  const folder = env['SECRETS_DIR'];
  if (folder === undefined || folder === '') return env;
  const said = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  return {
    ...said,
    ...Object.fromEntries(
      namesIn(folder)
        .filter((name) => SETTING.test(name) && !(name in said) && !(`${name}_FILE` in said))
        .map((name) => [`${name}_FILE`, join(folder, name)]),
    ),
  };
};

const namesIn = (folder: string): string[] => {
  try {
    return readdirSync(folder);
  } catch (error) {
    const why = error instanceof Error && 'code' in error ? String(error.code) : 'error';
    throw new ConfigError([`SECRETS_DIR: ${folder} cannot be read (${why})`]);
  }
};
