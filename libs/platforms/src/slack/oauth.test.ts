import type { Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Misconfigured } from '../errors.ts';
import type { Incoming, Listener, World } from '../port.ts';
import { type FakeSlack, startFakeSlack } from '../testing/slack-fake.ts';
import { serveFetch } from '../testing/slack-harness.ts';
import { testWorld } from '../testing/test-world.ts';
import { createSlackListener } from './listener.ts';
import { slackSettings } from './settings.ts';

let slack: FakeSlack;
let world: Omit<World, 'bus'>;
let listener: Listener;
let server: Server;
let url: string;
let accepted: Incoming[];

const create = (given: Pick<World, 'prefix' | 'log' | 'vault' | 'hints'> = world): Listener =>
  createSlackListener(
    slackSettings.parse({
      SLACK_APP_ID: slack.app.appId,
      SLACK_CLIENT_ID: slack.app.clientId,
      SLACK_CLIENT_SECRET: slack.app.clientSecret,
      SLACK_SIGNING_SECRET: slack.app.signingSecret,
      SLACK_API_ROOT: slack.api.root,
      PUBLIC_URL: url,
    }),
    given,
  );

/** A browser at `/slack/install`: where it is sent, and its cookie. */
const begin = async (): Promise<{ location: URL; cookie: string; header: string }> => {
  const answer = await fetch(`${url}/slack/install`, { redirect: 'manual' });
  const header = answer.headers.get('set-cookie')!;
  return { location: new URL(answer.headers.get('location')!), cookie: header.split(';')[0]!, header };
};
/** Ada agrees; Slack sends her back to this address. */
const agree = async (location: URL): Promise<string> => {
  const { searchParams: asked } = location;
  const form = new URLSearchParams({ ...Object.fromEntries(asked), user_id: slack.ada.id });
  const answer = await fetch(new URL('/oauth/v2/authorize/callback', location), {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  return answer.headers.get('location')!;
};
const back = (address: string, cookie: string): Promise<Response> => fetch(address, { headers: { cookie } });

beforeEach(async () => {
  const serving = await serveFetch(() => listener?.fetch);
  ({ server, url } = serving);
  slack = await startFakeSlack({ redirects: [`${url}/slack/oauth`] });
  slack.deliver(`${url}/slack/events`);
  world = testWorld('slack');
  accepted = [];
  listener = create();
  await listener.start(async (incoming) => void accepted.push(incoming));
});
afterEach(async () => {
  await listener.stop();
  await slack.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

describe('the installation', () => {
  it('asks Slack for what the bot needs, and keeps the team’s token in the vault', async () => {
    const { location, cookie, header } = await begin();
    expect(location.pathname).toBe('/oauth/v2/authorize');
    expect(location.searchParams.get('scope')).toContain('chat:write');
    expect(header).toMatch(/HttpOnly; SameSite=Lax/);
    const answer = await back(await agree(location), cookie);
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('installed')]);
    expect(await world.vault!.read(`slack/${slack.app.team}`)).toMatch(/^xoxb-/);
    const deed = await slack.say({ channel: slack.direct }, 'Hello');
    await expect.poll(() => deed.received()).toBe(true);
    expect(accepted).toMatchObject([{ kind: 'message', text: 'Hello', place: { author: { name: 'Ada Lovelace' } } }]);
  });

  it('is finished by the browser that began it only, and once', async () => {
    const { location, cookie } = await begin();
    const address = await agree(location);
    const other = await begin();
    expect((await back(address, '')).status).toBe(400);
    expect((await back(address, other.cookie)).status).toBe(400);
    expect(await world.vault!.read(`slack/${slack.app.team}`)).toBeUndefined();
    expect((await back(address, cookie)).status).toBe(200);
    expect((await back(address, cookie)).status).toBe(400);
  });

  it.each([
    ['no state', (address: URL) => address.searchParams.delete('state')],
    ['another state', (address: URL) => address.searchParams.set('state', '9999999999.AAAA')],
    [
      'a state that was made to last',
      (address: URL) => {
        const [, signature] = address.searchParams.get('state')!.split('.');
        address.searchParams.set('state', `9999999999.${signature}`);
      },
    ],
  ])('is not finished with %s', async (_, change) => {
    const { location, cookie } = await begin();
    const address = new URL(await agree(location));
    change(address);
    expect((await back(address.href, cookie)).status).toBe(400);
    expect(await world.vault!.read(`slack/${slack.app.team}`)).toBeUndefined();
  });

  it('says so where a person declines, or Slack gives no token', async () => {
    const first = await begin();
    const declined = `${url}/slack/oauth?error=access_denied&state=${first.location.searchParams.get('state')}`;
    expect((await back(declined, first.cookie)).status).toBe(400);
    const second = await begin();
    const wrong = `${url}/slack/oauth?code=wrong&state=${second.location.searchParams.get('state')}`;
    expect((await back(wrong, second.cookie)).status).toBe(502);
  });

  it('ends where somebody removes the app', async () => {
    const { location, cookie } = await begin();
    await back(await agree(location), cookie);
    const deed = slack.uninstall();
    await expect.poll(() => deed.received()).toBe(true);
    expect(await world.vault!.read(`slack/${slack.app.team}`)).toBe('');
    const said = await slack.say({ channel: slack.direct }, 'Hello?');
    await expect.poll(() => said.received()).toBe(true);
    expect(accepted).toEqual([]);
  });

  it('needs a vault', () => {
    expect(() => create({ ...world, vault: undefined })).toThrow(Misconfigured);
  });

  it('makes nobody wait who is not installed: what comes from there is left out', async () => {
    const deed = await slack.say({ channel: slack.direct }, 'Hello');
    await expect.poll(() => deed.received()).toBe(true);
    expect(accepted).toEqual([]);
  });
});
