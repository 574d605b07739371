import type { Finding } from '@threadbox/platforms';
import { readFile } from 'node:fs/promises';

const PATIENCE = 10_000;

const valueOf = async (env: NodeJS.ProcessEnv, name: string): Promise<string | undefined> => {
  const file = env[`${name}_FILE`];
  if (env[name]) return env[name];
  return file ? (await readFile(file, 'utf8')).trim() : undefined;
};

/** Asks the model's API whether it takes the credential that is set. No tokens are spent: it lists models. */
export const examineModel = async (env: NodeJS.ProcessEnv): Promise<readonly Finding[]> => {
  const base = (env['ANTHROPIC_BASE_URL'] || 'https://api.anthropic.com').replace(/\/+$/, '');
  try {
    const [key, oauth, bearer] = await Promise.all(
      ['ANTHROPIC_API_KEY', 'CLAUDE_CODE_OAUTH_TOKEN', 'ANTHROPIC_AUTH_TOKEN'].map((name) => valueOf(env, name)),
    );
    if (!key && !oauth && !bearer && !env['ANTHROPIC_BASE_URL']) {
      return [
        {
          what: 'no model credential: the built-in rehearsal answers (ANTHROPIC_API_KEY for a real one)',
          fix: undefined,
        },
      ];
    }
    const headers: Record<string, string> = {
      'anthropic-version': '2023-06-01',
      ...(key ? { 'x-api-key': key } : {}),
      ...(!key && oauth ? { authorization: `Bearer ${oauth}`, 'anthropic-beta': 'oauth-2025-04-20' } : {}),
      ...(!key && !oauth && bearer ? { authorization: `Bearer ${bearer}` } : {}),
    };
    const { status } = await fetch(`${base}/v1/models?limit=1`, { headers, signal: AbortSignal.timeout(PATIENCE) });
    if (status === 401 || status === 403)
      return [
        { what: `the model at ${base}`, fix: `It does not take the credential (${status}): put a new one into .env.` },
      ];
    // Gateways often have no list of models: that they answer is enough.
    return [{ what: `the model at ${base} answers`, fix: undefined }];
  } catch (error) {
    const code = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return [
      {
        what: `the model at ${base}`,
        fix: `It cannot be reached (${code}): check ANTHROPIC_BASE_URL and the network.`,
      },
    ];
  }
};
