import type { Upstream } from './upstream.ts';

/** Header names are lower case, as Node gives them. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>;

const TO_MODEL =
  /^(accept|content-type|user-agent|x-app|anthropic-(version|beta|dangerous-direct-browser-access)|x-(stainless|claude)-[a-z-]+)$/;
const TO_SANDBOX =
  /^(content-type|content-encoding|cache-control|retry-after|retry-after-ms|x-should-retry|request-id|anthropic-ratelimit-[a-z0-9-]+)$/;

const only = (headers: Headers, allowed: RegExp): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value !== undefined && allowed.test(name) ? [[name, Array.isArray(value) ? value.join(', ') : value]] : [],
    ),
  );

/**
 * What goes to the model: the few headers that it knows, and our credential in place of the sandbox's token. Answers are
 * asked for uncompressed, so that their usage can be read on the way.
 */
export const headersToModel = (headers: Headers, { headers: credential, beta }: Upstream): Record<string, string> => {
  const kept = only(headers, TO_MODEL);
  const betas = [...(kept['anthropic-beta']?.split(',').map((name) => name.trim()) ?? []), ...(beta ? [beta] : [])];
  const plain = { 'accept-encoding': 'identity' };
  return {
    ...kept,
    ...plain,
    ...(betas.length > 0 ? { 'anthropic-beta': [...new Set(betas)].join(',') } : {}),
    ...credential,
  };
};

/** What goes back to the sandbox: nothing that names the account. */
export const headersToSandbox = (headers: Headers): Record<string, string> => only(headers, TO_SANDBOX);

/** The token that a sandbox presents: `Authorization: Bearer …`, or `x-api-key`. */
export const presentedToken = (headers: Headers): string | undefined => {
  const bearer = /^Bearer\s+(\S+)$/i.exec(String(headers['authorization'] ?? ''))?.[1];
  const key = headers['x-api-key'];
  return bearer ?? (typeof key === 'string' && key !== '' ? key : undefined);
};

/** True for a path that is passed on: `/v1/…`, plain segments only, so that no upstream reads it as another. */
export const isModelPath = (url: string): boolean => /^\/v1(\/[A-Za-z0-9_-]+)+(\?[\w=&.%,-]*)?$/.test(url);
