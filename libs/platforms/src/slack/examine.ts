import { eventsPath } from './http-receiver.ts';
import type { Finding } from '../port.ts';
import { createClient } from './client.ts';
import { calling } from './errors.ts';
import { botScopes } from './manifest.ts';
import { modeOf, type SlackSettings } from './settings.ts';

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const examineBot = async (settings: SlackSettings, token: string): Promise<Finding[]> => {
  const client = createClient(settings, token, 10_000);
  let me;
  try {
    me = await calling('auth.test', true, () => client.auth.test());
  } catch (error) {
    return [{ what: 'the bot token', fix: messageOf(error) }];
  }
  const granted = new Set(me.response_metadata?.scopes);
  const missing = botScopes.filter((scope) => !granted.has(scope));
  const app = 'app_id' in me && typeof me.app_id === 'string' ? me.app_id : settings.SLACK_APP_ID;
  return [
    { what: `the token belongs to @${me.user} in ${me.team}`, fix: undefined },
    {
      what: 'the app',
      fix:
        app === settings.SLACK_APP_ID
          ? undefined
          : `SLACK_BOT_TOKEN is of the app ${app}, not of SLACK_APP_ID: copy both from the same page.`,
    },
    {
      what: 'what the bot may do',
      fix:
        missing.length === 0
          ? undefined
          : `Add ${missing.join(', ')} at OAuth & Permissions (or paste the manifest anew) and install the app again.`,
    },
  ];
};

const examineSocket = async (settings: SlackSettings): Promise<Finding> => {
  const client = createClient(settings, settings.SLACK_APP_TOKEN, 10_000);
  try {
    await calling('apps.connections.open', true, () => client.apps.connections.open({}));
    return { what: 'Socket Mode', fix: undefined };
  } catch {
    return {
      what: 'Socket Mode',
      fix: 'Switch Socket Mode on at the app’s page, and set SLACK_APP_TOKEN to an app-level token with the scope connections:write.',
    };
  }
};

/** Our own address, as Slack reaches it: an unsigned request is turned away by the gateway, and by nothing before it. */
const examineAddress = async (url: string): Promise<Finding> => {
  const signal = AbortSignal.timeout(10_000);
  const what = `the address ${url}`;
  const answer = await fetch(url, { method: 'POST', body: '{}', signal, redirect: 'manual' }).catch(() => undefined);
  await answer?.body?.cancel();
  if (answer?.status === 401) return { what, fix: undefined };
  const seen = answer === undefined ? 'does not answer' : `answers ${answer.status}`;
  return {
    what,
    fix: `It ${seen} where the gateway would turn us away (401). Check PUBLIC_URL, and that the gateway runs.`,
  };
};

/** Asks Slack about the tokens, what the bot may do, and whether its events can arrive. */
export const examineSlack = async (settings: SlackSettings, prefix: string): Promise<readonly Finding[]> => {
  const bot =
    settings.SLACK_BOT_TOKEN === undefined
      ? [{ what: 'workspaces install the app themselves', fix: undefined }]
      : await examineBot(settings, settings.SLACK_BOT_TOKEN);
  const way =
    modeOf(settings) === 'socket'
      ? await examineSocket(settings)
      : await examineAddress(`${settings.PUBLIC_URL}${eventsPath(prefix)}`);
  return [...bot, way];
};
