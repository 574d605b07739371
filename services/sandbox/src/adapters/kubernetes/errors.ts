import { ApiException } from '@kubernetes/client-node';
import { SandboxUnavailable } from '../driver.ts';

/** The status code of an answer of the API server; undefined for an error that is none. */
export const codeOf = (error: unknown): number | undefined => (error instanceof ApiException ? error.code : undefined);

const wordsOf = (error: ApiException<unknown>): string => {
  try {
    const body: unknown = typeof error.body === 'string' ? JSON.parse(error.body) : error.body;
    return typeof body === 'object' && body !== null && 'message' in body ? String(body.message) : '';
  } catch {
    return '';
  }
};

const describe = (what: string, code: number, words: string): string | undefined => {
  if (code === 401)
    return 'the cluster does not know the sandbox service (its token was refused); check its service account or KUBECONFIG';
  if (code === 403 && words.includes('exceeded quota'))
    return `the cluster’s quota for sandboxes is used up (${words.replace(/^.*?exceeded quota: /, '')}); close a session, or raise the quota of the namespace`;
  if (code === 403 && words.includes('PodSecurity'))
    return `the cluster’s rules forbid this pod (${words}); check the namespace’s pod-security labels`;
  if (code === 403) return `the sandbox service may not make its ${what} (${words}); check its role in the namespace`;
  if (code === 404)
    return `its ${what} cannot be made, because something is missing (${words}); check SANDBOX_NAMESPACE`;
  if (code === 400 || code === 422) return `the cluster refused its ${what} (${words})`;
  return undefined;
};

/**
 * What an error means for a sandbox that is to come up: `SandboxUnavailable` in plain words where trying again is no use, else
 * the error without headers or bodies, which may hold more than a log should.
 */
export const unavailable = (what: 'pod' | 'secret' | 'volume', error: unknown): Error => {
  if (!(error instanceof ApiException)) return error instanceof Error ? error : new Error(String(error));
  const words = wordsOf(error).slice(0, 500);
  const plain = describe(what, error.code, words);
  return plain === undefined
    ? new Error(`the cluster answered ${error.code} for the ${what}: ${words}`)
    : new SandboxUnavailable(plain);
};

/** The promise's value, or undefined where the answer was one of these codes. */
export const unless =
  (...codes: number[]) =>
  (error: unknown): undefined => {
    const code = codeOf(error);
    if (code === undefined || !codes.includes(code)) throw error;
    return undefined;
  };
