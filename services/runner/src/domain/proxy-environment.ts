/**
 * How programs behind walls find their way out: egress as a proxy, with the sandbox's own token, for everything but the
 * sandbox itself. Both spellings, for programs read one or the other; Node only looks when it is told to.
 */
export const proxyEnvironment = (egress: string, token: string): Record<string, string> => {
  const proxy = egress.replace('://', `://sandbox:${token}@`);
  const none = '127.0.0.1,localhost,::1';
  const names = { HTTPS_PROXY: proxy, HTTP_PROXY: proxy, NO_PROXY: none };
  const lower = Object.fromEntries(Object.entries(names).map(([name, value]) => [name.toLowerCase(), value]));
  return { ...names, ...lower, NODE_USE_ENV_PROXY: '1' };
};
