import { isValidSlackRequest } from '@slack/bolt';

/** How far the clock of a request may be from ours, in seconds (Slack, verifying requests). */
const WINDOW = 5 * 60;

/** Whether Slack signed this, and lately. `body` is what came, not yet parsed. */
export const isSigned = (headers: Headers, body: Buffer, signingSecret: string, now: number = Date.now()): boolean => {
  const signature = headers.get('x-slack-signature') ?? '';
  const timestamp = headers.get('x-slack-request-timestamp') ?? '';
  if (!/^v0=[0-9a-f]{64}$/.test(signature) || !/^\d{1,12}$/.test(timestamp)) return false;
  if (Math.abs(Number(timestamp) - now / 1000) > WINDOW) return false;
  return isValidSlackRequest({
    signingSecret,
    body: body.toString('utf8'),
    headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': Number(timestamp) },
    nowMilliseconds: now,
  });
};

/** An answer, so that it can be given again. */
export type Answer = { status: number; body?: string; json?: boolean };

/**
 * Answers what came before as it was answered then, without doing it again. Only successes are remembered: Slack may
 * repeat within a second what failed.
 */
export const createReplayGuard = (): ((signature: string, work: () => Promise<Answer>) => Promise<Answer>) => {
  const seen = new Map<string, { until: number; answer: Promise<Answer> }>();
  const forget = (now: number): void => {
    for (const [signature, { until }] of seen) {
      if (until > now) return;
      seen.delete(signature);
    }
  };
  return (signature, work) => {
    const now = Date.now();
    forget(now);
    const before = seen.get(signature);
    if (before) return before.answer;
    const answer = work().then(
      (given) => {
        if (given.status !== 200) seen.delete(signature);
        return given;
      },
      (error: unknown) => {
        seen.delete(signature);
        throw error;
      },
    );
    seen.set(signature, { until: now + 2 * WINDOW * 1000, answer });
    return answer;
  };
};
