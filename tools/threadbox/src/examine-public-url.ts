import type { Finding } from '@threadbox/platforms';

const PATIENCE = 10_000;

/** Whether PUBLIC_URL leads to a gateway of ours: platforms deliver there. */
export const examinePublicUrl = async (url: string): Promise<readonly Finding[]> => {
  const what = `PUBLIC_URL ${url}`;
  const wrong = (why: string): Finding[] => [
    {
      what,
      fix: `${why}. Point it at the gateway (a reverse proxy or a tunnel to its port), and have Threadbox running.`,
    },
  ];
  if (!URL.canParse(url)) return [{ what, fix: 'It is no address: https://your.domain' }];
  try {
    const response = await fetch(new URL('/web/api/me', url), { signal: AbortSignal.timeout(PATIENCE) });
    const answer = (await response.json().catch(() => ({}))) as { error?: string };
    return response.status === 401 && answer.error === 'log in first'
      ? [{ what: `${what} leads to the gateway`, fix: undefined }]
      : wrong(`Something else answers there (${response.status})`);
  } catch (error) {
    return wrong(`Nothing answers there (${error instanceof Error ? error.message : String(error)})`);
  }
};
