/** What somebody put in: which kind of credential it is; undefined for what is none, a placeholder above all. */
export const credentialKind = (value: string): 'api-key' | 'subscription' | undefined => {
  // Anthropic's own prefixes; the rest is long and random, or somebody's example.
  const [, prefix, rest = ''] = /^sk-ant-(api|oat)\d\d-([\w-]{40,400})$/.exec(value) ?? [];
  if (new Set(rest).size < 12) return undefined;
  return prefix === 'api' ? 'api-key' : 'subscription';
};
