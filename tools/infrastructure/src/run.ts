import { execFile } from 'node:child_process';

/** Runs a program to its end and tells its standard output. Rejects with its last words where it fails. */
export const run = (
  program: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; timeout?: number } = {},
): Promise<string> =>
  new Promise((resolve, reject) => {
    const { timeout = 120_000, ...rest } = options;
    execFile(program, args, { ...rest, timeout, maxBuffer: 16 * 1024 * 1024 }, (error, stdout, stderr) => {
      if (error)
        reject(
          new Error(`${program} failed: ${stderr.trim().split('\n').slice(-3).join(' ') || error.message}`, {
            cause: error,
          }),
        );
      else resolve(stdout);
    });
  });

/** The path of a program on PATH, or undefined. */
export const onPath = async (program: string): Promise<string | undefined> => {
  const path = await run('/bin/sh', ['-c', `command -v ${program}`]).catch(() => '');
  return path.trim() === '' ? undefined : path.trim();
};
