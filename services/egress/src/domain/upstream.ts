/** Where the model is, and what proves to it that we may ask. */
export type Upstream = {
  url: string;
  headers: Readonly<Record<string, string>>;
  beta?: string;
  /** The name that prices go by, where it is not the model's own: a rehearsal's. */
  pricedAs?: string;
};

const ANTHROPIC = 'https://api.anthropic.com';
/** What Claude Code sends with a subscription's token; the API takes no such token without it. */
const OAUTH_BETA = 'oauth-2025-04-20';

/** What of the settings says where the model is, and proves who asks. */
export type ModelSettings = {
  ANTHROPIC_API_KEY?: string | undefined;
  CLAUDE_CODE_OAUTH_TOKEN?: string | undefined;
  ANTHROPIC_AUTH_TOKEN?: string | undefined;
  ANTHROPIC_BASE_URL?: string | undefined;
};

const urlOf = ({ ANTHROPIC_BASE_URL: given = ANTHROPIC }: ModelSettings): string => given.replace(/\/+$/, '');
const byKey = (key: string): Omit<Upstream, 'url'> => ({ headers: { 'x-api-key': key } });
const bySubscription = (token: string): Omit<Upstream, 'url'> => ({
  headers: { authorization: `Bearer ${token}` },
  beta: OAUTH_BETA,
});

/** The model that was configured, or undefined where none was: then it is a rehearsal. Of several credentials Claude Code’s order decides. */
export const chooseUpstream = (given: ModelSettings): Upstream | undefined => {
  const url = urlOf(given);
  if (given.ANTHROPIC_AUTH_TOKEN !== undefined)
    return { url, headers: { authorization: `Bearer ${given.ANTHROPIC_AUTH_TOKEN}` } };
  if (given.ANTHROPIC_API_KEY !== undefined) return { url, ...byKey(given.ANTHROPIC_API_KEY) };
  if (given.CLAUDE_CODE_OAUTH_TOKEN !== undefined) return { url, ...bySubscription(given.CLAUDE_CODE_OAUTH_TOKEN) };
  return given.ANTHROPIC_BASE_URL === undefined ? undefined : { url, headers: {} };
};

/** The same model, asked with a credential of somebody's own. */
export const ownUpstream = (given: ModelSettings, kind: 'api-key' | 'subscription', value: string): Upstream => ({
  url: urlOf(given),
  ...(kind === 'api-key' ? byKey(value) : bySubscription(value)),
});
