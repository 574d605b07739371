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
  /** What is presented there: short-lived, and good for nothing else. */
  MODEL_TOKEN: z.string().min(1),
  PATH: z.string().default('/usr/local/bin:/usr/bin:/bin'),
  TMPDIR: z.string().optional(),
  /** Behind walls: which address of ours leads to which socket, `<port>=<path>` with commas between. */
  WAYS_OUT: z.string().optional(),
  /** `1` where a supervisor holds our standard input: once it closes, the supervisor is dead and so are we. */
  THREADBOX_SUPERVISED: z.string().optional(),
});
export type Config = z.infer<typeof settings>;

/** Reads the environment: the settings, or every problem with them at once. No value is ever part of a problem. */
export const readConfig = (env: NodeJS.ProcessEnv): Config | { problems: string[] } => {
  const names = Object.keys(settings.shape);
  const given = Object.fromEntries(names.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
  const parsed = settings.safeParse(given);
  if (parsed.success) return { ...parsed.data, MODEL_URL: parsed.data.MODEL_URL.replace(/\/+$/, '') };
  const problems = parsed.error.issues.map(({ path, message }) => {
    const name = String(path[0]);
    return name in given ? `${name}: ${message}` : `${name}: is missing`;
  });
  return { problems: [...new Set(problems)] };
};
