import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigError } from './config-error.ts';
import { withSecretFiles } from './secret-files.ts';

const PLACEHOLDER =
  /^(undefined|null|none|changeme|change-me|secret|password|placeholder|example|todo|xxx+|test|\.\.\.|your[-_ ].*|<.*>|\$\{.*\})$/i;

/** A secret: refused when it is empty, a placeholder, or shorter than 16 characters. */
export const secret = () =>
  z
    .string()
    .refine((value) => !PLACEHOLDER.test(value.trim()), 'is a placeholder: put the real secret there')
    .min(16, 'is too short for a secret: at least 16 characters');

/** A TCP port; 0 means any that is free. */
export const port = () => z.coerce.number().int().min(0).max(65_535);

/** `1` where several processes of this machine listen on one port, and the kernel deals connections out (SO_REUSEPORT, Linux). */
export const sharedPort = () => z.stringbool().default(false);

/** A length of time in whole seconds, at least one. */
export const seconds = () => z.coerce.number().int().min(1);

/** `NAME`, or else the content of the file that `NAME_FILE` names. */
const valueOf = (env: NodeJS.ProcessEnv, name: string, problems: string[]): string | undefined => {
  const file = env[`${name}_FILE`];
  if (env[name] !== undefined || file === undefined || file === '') return env[name];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    problems.push(
      `${name}_FILE: ${file} cannot be read (${error instanceof Error && 'code' in error ? String(error.code) : 'error'})`,
    );
    return undefined;
  }
};

/** Each name once, with the first thing that is wrong with it; no value is ever part of it. */
const problemsOf = (error: z.ZodError, values: Readonly<Record<string, unknown>>): string[] => {
  const problems = new Map<string, string>();
  for (const { path, message, code } of error.issues) {
    const name = String(path[0]);
    if (!problems.has(name))
      // A rule of the schema's own says why it is needed, and what else would do.
      problems.set(
        name,
        values[name] === undefined && code !== 'custom' ? `${name}: is missing` : `${name}: ${message}`,
      );
  }
  return [...problems.values()];
};

/** Checks a part of the settings by a schema of its own, such as a platform's. Throws `ConfigError` with every problem at once. */
export const parseSettings = <Schema extends z.ZodType>(
  schema: Schema,
  values: Readonly<Record<string, unknown>>,
): z.infer<Schema> => {
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw new ConfigError(problemsOf(parsed.error, values));
  return parsed.data;
};

/**
 * Reads a process's settings: each is `NAME`, or the content of the file that `NAME_FILE` names, or of the file `NAME` in the
 * folder SECRETS_DIR; empty counts as missing.
 * Throws `ConfigError` with every problem at once. No value is ever part of a message.
 */
export const loadConfig = <Schema extends z.ZodObject>(
  schema: Schema,
  environment: NodeJS.ProcessEnv = process.env,
): z.infer<Schema> => {
  const env = withSecretFiles(environment);
  const problems: string[] = [];
  const values: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const value = valueOf(env, name, problems);
    if (value !== undefined && value !== '') values[name] = value;
  }
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    for (const problem of problemsOf(parsed.error, values)) {
      const name = problem.slice(0, problem.indexOf(':'));
      if (!problems.some((known) => known.startsWith(`${name}_FILE:`))) problems.push(problem);
    }
  }
  if (problems.length > 0 || !parsed.success) throw new ConfigError([...new Set(problems)]);
  return parsed.data;
};
