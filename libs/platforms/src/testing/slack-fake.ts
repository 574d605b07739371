/**
 * A fake that stands in for Slack in tests, on loopback: the Web API (see `slack-api.ts`), one team with a channel and
 * a direct message, Ada in them, and everything that Slack tells the bot of, by HTTP or Socket Mode.
 */
import type { StandingMessage } from './platform-harness.ts';
import { fakeSlackApp, type SlackApi, startSlackApi } from './slack-api.ts';
import { blocksOf } from './slack-checks.ts';
import { type Delivery, deliverByHttp, deliverBySocket } from './slack-delivery.ts';
import { type At, createSlackPeople, type FakePerson } from './slack-people.ts';
import { visible } from './slack-visible.ts';

/** A running fake, and what tests do with it. */
export type FakeSlack = ReturnType<typeof createSlackPeople> & {
  api: SlackApi;
  app: typeof fakeSlackApp;
  ada: FakePerson;
  /** Somebody else in the team, who can do the same as Ada. */
  ben: FakePerson & ReturnType<typeof createSlackPeople>;
  /** A public channel, and the direct message between Ada and the bot. */
  channel: string;
  direct: string;
  /** Where signed requests go: the gateway's `/<prefix>/events`. Nothing is delivered before. */
  deliver: (url: string) => void;
  /** Tells of what was told last once more. */
  redeliver: () => Promise<void>;
  /** Ends the connection of Socket Mode, as Slack does every few hours. */
  drop: () => void;
  /** The bot's messages there as they stand now, oldest first. */
  messages: (at: At) => Promise<readonly StandingMessage[]>;
  close: () => Promise<void>;
};

type Raw = {
  ts: string;
  user: string;
  text: string;
  blocks?: unknown;
  files?: { name: string; mimetype: string; url_private: string }[];
};

/** Starts a fake. `mode`: how it tells the bot. `redirects`: where OAuth may send people back to. */
export const startFakeSlack = async ({
  mode = 'http',
  redirects = [],
}: { mode?: 'http' | 'socket'; redirects?: readonly string[] } = {}): Promise<FakeSlack> => {
  const api = await startSlackApi(redirects);
  const { personToken, botUser, signingSecret } = fakeSlackApp;
  const as = (method: string, input: Record<string, unknown>) => api.as(personToken, method, input);
  const members = (await as('users.list', {}))['members'] as { id: string; name: string }[];
  const member = (user: string, name: string, token: string): FakePerson => ({
    id: members.find((each) => each.name === user)!.id,
    name,
    user,
    token,
  });
  const ada = member('ada', 'Ada Lovelace', personToken);
  const ben = member('ben', 'Ben Bit', fakeSlackApp.otherToken);
  const opened = await as('conversations.open', { users: botUser });
  const direct = (opened['channel'] as { id: string }).id;
  let address: string | undefined;
  const socket = mode === 'socket' ? await deliverBySocket() : undefined;
  if (socket) api.connectTo(socket.url);
  const delivery: Delivery = socket ?? deliverByHttp(() => address ?? 'http://127.0.0.1:9/', signingSecret);

  const fileOf = async (files: Raw['files']) => {
    const [file] = files ?? [];
    if (!file) return {};
    const headers = { authorization: `Bearer ${personToken}` };
    const bytes = new Uint8Array(await (await fetch(file.url_private, { headers })).arrayBuffer());
    return { file: { name: file.name, mediaType: file.mimetype, bytes } };
  };

  const standing = async ({ ts, text, blocks, files }: Raw): Promise<StandingMessage> => {
    const given = blocksOf(blocks) ?? [];
    const stream = api.streams.get(ts);
    const written = given.flatMap((each) => (each.type === 'markdown' ? [visible(each.text)] : []));
    const status = stream?.isOpen === true ? [stream.status] : [];
    return {
      id: ts,
      text: given.length === 0 ? text : [...written, ...status].filter((each) => each.trim() !== '').join('\n\n'),
      buttons: given.flatMap((each) => (each.type === 'actions' ? each.elements.map((one) => one.text.text) : [])),
      ...(await fileOf(files)),
    };
  };

  return {
    ...createSlackPeople(api, () => delivery, ada),
    ben: { ...ben, ...createSlackPeople(api, () => delivery, ben) },
    api,
    app: fakeSlackApp,
    ada,
    channel: 'C000000001',
    direct,
    deliver: (url) => void (address = url),
    redeliver: delivery.again,
    drop: () => socket?.drop(),
    messages: async ({ channel, thread }) => {
      const answer =
        thread === undefined
          ? await as('conversations.history', { channel, limit: 1000 })
          : await as('conversations.replies', { channel, ts: thread });
      const all = answer['messages'] as Raw[];
      const own = all.filter(({ user }) => user === botUser).toSorted((a, b) => (a.ts < b.ts ? -1 : 1));
      return Promise.all(own.map(standing));
    },
    close: async () => {
      await delivery.close();
      await api.close();
    },
  };
};
