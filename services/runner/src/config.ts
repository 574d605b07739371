import { readFileSync } from 'node:fs';
import { agents } from '@threadbox/schemas';
import { z } from 'zod';

/** What a runner needs of its environment; the sandbox's driver sets it. */
const settings = z.object({
  SANDBOX_ID: z.uuid(),
  AGENT: z.enum(agents),
  NATS_URL: z.string().regex(/^(nats|tls|wss?):\/\/\S+$/, 'a NATS address such as nats://127.0.0.1:4222'),
  /** The path of the sandbox's credentials file. */
  NATS_CREDS: z.string().min(1).optional(),
  /** The agent's files. */
  WORKSPACE_DIR: z.string().startsWith('/', 'an absolute path'),
  /** The agent's memory and the runner's journal. */
  HOME: z.string().startsWith('/', 'an absolute path'),
  /** Where the model is: egress. */
  MODEL_URL: z.url(),
  /** What is presented there: short-lived, and good for nothing else. Or MODEL_TOKEN_FILE, the path of a file that holds it. */
  MODEL_TOKEN: z.string().min(1),
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
  TMPDIR: z.string().optional(),
  /** Behind walls: which address of ours leads to which socket, `<port>=<path>` with commas between. */
  WAYS_OUT: z.string().optional(),
  /** `1` where egress is the only way out, and programs are to use it as their proxy; behind walls it always is. */
  EGRESS_PROXY: z.string().optional(),
  /** `1` where a supervisor holds our standard input: once it closes, the supervisor is dead and so are we. */
  THREADBOX_SUPERVISED: z.string().optional(),
});
export type Config = z.infer<typeof settings>;

/** What a runner needs that waits to be told which sandbox it is. */
const waiting = settings
  .pick({ NATS_URL: true, NATS_CREDS: true })
  .extend({ WARM_ID: z.uuid(), NATS_CREDS: z.string().min(1) });
export type Waiting = z.infer<typeof waiting>;

type Problems = { problems: string[] };

/** Checks an environment: the values, or every problem with them at once. No value is ever part of a problem. */
const check = <Schema extends z.ZodObject>(schema: Schema, env: NodeJS.ProcessEnv): z.infer<Schema> | Problems => {
  const given: Record<string, string> = {};
  for (const name of Object.keys(schema.shape)) {
    const file = env[`${name}_FILE`];
    try {
      const value = env[name] || (file ? readFileSync(file, 'utf8').trim() : '');
      if (value) given[name] = value;
    } catch {
      return { problems: [`${name}_FILE: cannot be read`] };
    }
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return name in given ? `${name}: ${message}` : `${name}: is missing`;
  });
  return { problems: [...new Set(problems)] };
};

/** Reads the environment: the settings, or every problem with them at once. */
export const readConfig = (env: NodeJS.ProcessEnv): Config | Problems => {
  const config = check(settings, env);
  return 'problems' in config ? config : { ...config, MODEL_URL: config.MODEL_URL.replace(/\/+$/, '') };
};

/** The settings of a runner that waits; undefined for one that was told at once which sandbox it is. */
export const readWaiting = (env: NodeJS.ProcessEnv): Waiting | Problems | undefined =>
  env['WARM_ID'] ? check(waiting, env) : undefined;
