import { webhookPath } from './webhook.ts';
import { Refused } from '../errors.ts';
import type { Finding } from '../port.ts';
import { createApi, type LineApi } from './api.ts';
import { calling } from './errors.ts';
import type { LineSettings } from './settings.ts';

/** How much of the month's messages may be used before it is worth a word. */
const NEARLY_ALL = 0.8;

const asked = <Result>(what: string, call: () => Promise<Result>): Promise<Result> =>
  calling(what, { repeatable: true }, call);

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const webhook = async (api: LineApi, { PUBLIC_URL: url }: LineSettings, prefix: string): Promise<Finding> => {
  const start = `Start the gateway: it sets the address ${url}${webhookPath(prefix)}.`;
  const found = await asked('the webhook', () => api.getWebhookEndpoint()).catch((error: unknown) => {
    if (error instanceof Refused) return undefined;
    throw error;
  });
  if (found === undefined) return { what: 'the webhook: LINE knows none', fix: start };
  const { endpoint, active } = found;
  const what = `the webhook ${endpoint}`;
  if (!endpoint.startsWith(`${url}/`)) return { what, fix: `It is not at PUBLIC_URL. ${start}` };
  if (!active)
    return { what, fix: 'Switch on “Use webhook”: LINE Developers Console, your channel, tab “Messaging API”.' };
  const { success, statusCode, reason } = await asked('the test of the webhook', () =>
    api.testWebhookEndpoint({ endpoint }),
  );
  if (success !== true && statusCode === 401)
    return { what, fix: 'LINE_CHANNEL_SECRET is not the one of this channel: copy it from the tab “Basic settings”.' };
  return success === true
    ? { what: `${what} answers`, fix: undefined }
    : {
        what,
        fix: `LINE cannot deliver there (${reason}, ${statusCode}). Check that the gateway runs and PUBLIC_URL leads to it.`,
      };
};

const quota = async (api: LineApi): Promise<Finding> => {
  const { type, value } = await asked('the quota', () => api.getMessageQuota());
  const { totalUsage } = await asked('the quota', () => api.getMessageQuotaConsumption());
  if (type === 'none' || value === undefined)
    return { what: `messages this month: ${totalUsage}, without a limit`, fix: undefined };
  return {
    what: `messages this month: ${totalUsage} of ${value}`,
    fix:
      totalUsage >= value * NEARLY_ALL
        ? 'Nearly used up. Answers within a minute go out as free replies, later ones will wait. Raise the plan in LINE Official Account Manager (Settings, Billing).'
        : undefined,
  };
};

const orFix = async (what: string, finding: Promise<Finding>): Promise<Finding> => {
  try {
    return await finding;
  } catch (error) {
    return { what, fix: wordsOf(error) };
  }
};

/** Asks LINE about the token, where its deliveries go and whether they arrive, and what is left of the month's messages. */
export const examineLine = async (settings: LineSettings, prefix: string): Promise<readonly Finding[]> => {
  const api = createApi(settings);
  try {
    const me = await asked('bot info', () => api.getBotInfo());
    const token = { what: `the token belongs to ${me.displayName} (${me.basicId})`, fix: undefined };
    return [token, await orFix('the webhook', webhook(api, settings, prefix)), await orFix('the quota', quota(api))];
  } catch (error) {
    return [{ what: 'the token', fix: wordsOf(error) }];
  }
};
