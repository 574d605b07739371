/**
 * What the gateway of discord-digital-twin lacks, added around it: resumed sessions, refused intents, and payloads as
 * Discord fills them in (mentions, replies, direct messages without a server).
 */
import type { DiscordGateway } from 'discord-digital-twin';
import { GatewayIntentBits, GatewayOpcodes, MessageType, type APIMessage, type APIUser } from 'discord.js';

type Payload = Record<string, unknown>;
type Dispatch = { event: string; data: unknown };

/** The gateway, and what tests do with it. */
export type TestGateway = {
  /** A payload with what Discord would have filled in. */
  filled: (data: Payload) => Payload;
  /** Tells every connected bot. */
  tell: (event: string, data: Payload) => void;
  /** What was told last under this name. */
  last: (event: string) => Payload | undefined;
  /** Breaks every connection, with a close code that allows another (4000) or not; what is told meanwhile is kept for those that resume, unless their sessions are lost. */
  disconnect: (options: { sessions: 'kept' | 'lost'; code?: number }) => void;
  /** How often a bot identified itself, and how often it resumed. */
  counts: { identified: number; resumed: number };
  /** Names who acts next, for an interaction in a direct message says so itself. */
  actsAs: (user: APIUser | undefined) => void;
};

type Sent = { op: GatewayOpcodes; d: { intents: number; session_id: string; seq: number } };
type Session = { told: Dispatch[]; before: number };

const isMessage = (event: string): boolean => event === 'MESSAGE_CREATE' || event === 'MESSAGE_UPDATE';

/** Builds it around a running twin's gateway. `contentIntent`: whether Message Content is switched on for the bot. */
export const wrapGateway = (
  gateway: DiscordGateway,
  { users, contentIntent }: { users: ReadonlyMap<string, APIUser>; contentIntent: boolean },
): TestGateway => {
  const messages = new Map<string, Payload>();
  const sessions = new Map<string, Session>();
  const lastTold = new Map<string, Payload>();
  const counts = { identified: 0, resumed: 0 };
  const plainBroadcast = gateway.broadcast.bind(gateway);

  const filledMessage = (data: Payload): Payload => {
    const { content = '', message_reference: to } = data as Partial<APIMessage>;
    const ids = new Set([...content.matchAll(/<@!?(\d+)>/g)].map((match) => match[1]!));
    const referenced = to?.message_id === undefined ? undefined : messages.get(to.message_id);
    return {
      ...data,
      mentions: [...ids].flatMap((id) => users.get(id) ?? []),
      mention_roles: [...content.matchAll(/<@&(\d+)>/g)].map((match) => match[1]!),
      ...(referenced && { type: MessageType.Reply, referenced_message: referenced }),
    };
  };

  let actor: APIUser | undefined;
  const filled = (data: Payload): Payload => {
    const { guild_id, ...rest } = data;
    const isDirect = guild_id === '' || guild_id === undefined;
    const placed = isDirect ? { ...rest, ...('token' in data && { user: actor }) } : data;
    return 'content' in data && 'author' in data ? filledMessage(placed) : placed;
  };

  gateway.broadcast = (event: string, data: unknown): void => {
    const payload = filled(data as Payload);
    if (isMessage(event)) messages.set(String(payload['id']), payload);
    lastTold.set(event, payload);
    for (const session of sessions.values()) session.told.push({ event, data: payload });
    plainBroadcast(event, payload);
  };

  gateway.wss.on('connection', (ws) => {
    const client = gateway.clients.find((each) => each.ws === ws);
    ws.on('message', (raw) => {
      const { op, d } = JSON.parse((raw as Buffer).toString('utf8')) as Sent;
      if (op === GatewayOpcodes.Identify && client) {
        counts.identified += 1;
        if (!contentIntent && (d.intents & GatewayIntentBits.MessageContent) !== 0)
          return ws.close(4014, 'Disallowed intent(s).');
        // READY and one GUILD_CREATE come first, told to this bot alone.
        sessions.set(client.sessionId, { told: [], before: 2 });
      }
      if (op !== GatewayOpcodes.Resume || !client) return;
      const session = sessions.get(d.session_id);
      if (!session) return ws.send(JSON.stringify({ op: GatewayOpcodes.InvalidSession, d: false, s: null, t: null }));
      counts.resumed += 1;
      Object.assign(client, { sessionId: d.session_id, sequence: d.seq, identified: true });
      const send = (t: string, data: unknown): void => {
        client.sequence += 1;
        ws.send(JSON.stringify({ op: GatewayOpcodes.Dispatch, t, d: data, s: client.sequence }));
      };
      for (const { event, data } of session.told.slice(d.seq - session.before)) send(event, data);
      session.before -= 1;
      send('RESUMED', {});
    });
  });

  return {
    filled,
    tell: (event, data) => gateway.broadcast(event, data),
    last: (event) => lastTold.get(event),
    disconnect: ({ sessions: fate, code = 4000 }) => {
      if (fate === 'lost') sessions.clear();
      for (const { ws } of gateway.clients) ws.close(code, 'for a test');
    },
    counts,
    actsAs: (user) => {
      actor = user;
    },
  };
};
