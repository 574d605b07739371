/**
 * Installing the app in a workspace from the browser. `/<prefix>/install` sends a person to Slack, and Slack sends them
 * back to `/<prefix>/oauth` with a code that is exchanged for the workspace's token.
 * - The state that goes along is signed, ten minutes old at most, taken once (by each gateway; Slack's code is good once
 *   whatever we do), and good only in the browser that began: it names a cookie of that browser. So nobody can be made to finish an installation that somebody else began.
 */
import { createHmac, randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { PlatformLog } from '../log.ts';
import { sameSecret } from '../webhook/same-secret.ts';
import { createClient } from './client.ts';
import { calling } from './errors.ts';
import { botScopes } from './manifest.ts';
import type { SlackSettings } from './settings.ts';
import type { Teams } from './teams.ts';

/** How long a person has, in seconds. */
const LIFE = 600;

/** Where a person begins to install the app. */
const installPath = (prefix: string): string => `/${prefix}/install`;
/** Where Slack sends them back to. */
export const oauthPath = (prefix: string): string => `/${prefix}/oauth`;

const Access = z.object({
  access_token: z.string().startsWith('xoxb-'),
  app_id: z.string(),
  is_enterprise_install: z.boolean().optional(),
  team: z.object({ id: z.string().regex(/^[A-Z0-9]+$/) }).nullish(),
});

const page = (status: number, text: string, headers: Record<string, string> = {}): Response =>
  new Response(`<!doctype html><meta charset="utf-8"><title>Threadbox</title><p>${text}</p>`, {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'",
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      ...headers,
    },
  });

/** Answers the two pages; undefined for every other path. */
export const createOAuth = (
  settings: SlackSettings,
  { prefix, teams, log }: { prefix: string; teams: Teams; log: PlatformLog },
): ((request: Request) => Promise<Response | undefined>) => {
  const clientId = settings.SLACK_CLIENT_ID!;
  const clientSecret = settings.SLACK_CLIENT_SECRET!;
  const redirect = `${settings.PUBLIC_URL}${oauthPath(prefix)}`;
  const cookieName = `threadbox-${prefix}-install`;
  const secure = settings.PUBLIC_URL!.startsWith('https:') ? '; Secure' : '';
  const cookie = (value: string, age: number): string =>
    `${cookieName}=${value}; Max-Age=${age}; Path=${oauthPath(prefix)}; HttpOnly; SameSite=Lax${secure}`;
  const again = `<a href="${settings.PUBLIC_URL}${installPath(prefix)}">Begin again</a>.`;
  const used = new Map<string, number>();

  const sign = (until: string, browser: string): string =>
    createHmac('sha256', clientSecret).update(`install:${prefix}:${until}:${browser}`).digest('base64url');

  const isOurs = (state: string, browser: string): boolean => {
    const [until = '', signature = ''] = state.split('.');
    if (!/^\d{1,12}$/.test(until) || Number(until) < Date.now() / 1000) return false;
    return browser !== '' && sameSecret(signature, sign(until, browser));
  };

  /** Whether this state comes for the first time. */
  const takeOnce = (state: string): boolean => {
    const now = Date.now() / 1000;
    for (const [each, until] of used) if (until < now) used.delete(each);
    if (used.has(state)) return false;
    used.set(state, now + LIFE);
    return true;
  };

  const begin = (): Response => {
    const browser = randomBytes(24).toString('base64url');
    const until = String(Math.floor(Date.now() / 1000) + LIFE);
    const url = new URL('../oauth/v2/authorize', settings.SLACK_API_ROOT);
    url.search = new URLSearchParams({
      client_id: clientId,
      scope: botScopes.join(','),
      redirect_uri: redirect,
      state: `${until}.${sign(until, browser)}`,
    }).toString();
    const headers = { location: url.href, 'set-cookie': cookie(browser, LIFE), 'cache-control': 'no-store' };
    return new Response(null, { status: 302, headers });
  };

  const exchange = async (code: string): Promise<Response> => {
    const gone = { 'set-cookie': cookie('', 0) };
    try {
      const client = createClient(settings, undefined, 10_000);
      const answer = await calling('oauth.v2.access', false, () =>
        client.oauth.v2.access({ client_id: clientId, client_secret: clientSecret, code, redirect_uri: redirect }),
      );
      const access = Access.safeParse(answer);
      if (!access.success || access.data.app_id !== settings.SLACK_APP_ID)
        return page(400, `Slack gave no token for this app. ${again}`, gone);
      const { team, access_token: token } = access.data;
      if (!team || access.data.is_enterprise_install === true)
        return page(400, `Install the app in one workspace, not in the whole organization. ${again}`, gone);
      await teams.add(team.id, token);
      log.info({ team: team.id }, 'Slack: the app was installed in a workspace');
      return page(200, 'Threadbox is installed. Go to Slack and send it a direct message.', gone);
    } catch (error) {
      log.error({ err: error }, 'Slack: the app could not be installed');
      return page(502, `The installation failed. ${again}`, gone);
    }
  };

  return async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== installPath(prefix) && pathname !== oauthPath(prefix)) return undefined;
    if (request.method !== 'GET') return new Response(null, { status: 405, headers: { allow: 'GET' } });
    if (pathname === installPath(prefix)) return begin();
    const state = searchParams.get('state') ?? '';
    const cookies = (request.headers.get('cookie') ?? '').split(/;\s*/);
    const browser = cookies.find((each) => each.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1) ?? '';
    if (!isOurs(state, browser) || !takeOnce(state))
      return page(400, `This link is too old, was used, or belongs to another browser. ${again}`);
    const code = searchParams.get('code');
    if (!code) return page(400, `Slack did not install the app. ${again}`, { 'set-cookie': cookie('', 0) });
    return exchange(code);
  };
};
