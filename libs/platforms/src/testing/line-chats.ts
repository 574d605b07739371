import { randomUUID } from 'node:crypto';
import type { FlexPart, LineMessageObject } from './line-limits.ts';

/** What LINE answers where it does not do what it was asked. */
export class LineApiError extends Error {
  override readonly name = 'LineApiError';
  readonly status: number;
  readonly more: object;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, message: string, more: object = {}, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.more = more;
    this.headers = headers;
  }
}

/** A message of the bot as it stands in a chat. */
export type LineBotMessage = {
  id: string;
  chat: string;
  object: LineMessageObject;
  /** What people read of it. */
  text: string;
  buttons: readonly { label: string; data: string }[];
  /** The addresses that it leads to. */
  links: readonly string[];
};

const flat = (part: FlexPart): FlexPart[] => (part.type === 'box' ? part.contents.flatMap(flat) : [part]);

const read = (id: string, chat: string, object: LineMessageObject): LineBotMessage => {
  if (object.type === 'text') return { id, chat, object, text: object.text, buttons: [], links: [] };
  if (object.type === 'image') return { id, chat, object, text: '', buttons: [], links: [object.originalContentUrl] };
  const parts = [object.contents.body, object.contents.footer].flatMap((box) => (box ? flat(box) : []));
  return {
    id,
    chat,
    object,
    text: parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n'),
    buttons: parts.flatMap((part) =>
      part.type === 'button' && part.action.type === 'postback'
        ? [{ label: part.action.label, data: part.action.data }]
        : [],
    ),
    links: parts.flatMap((part) => (part.type === 'button' && part.action.type === 'uri' ? [part.action.uri] : [])),
  };
};

/** Milliseconds that a reply token lives, and that a retry key is remembered. */
const lifetimes = { token: 60_000, retryKey: 24 * 3_600_000 } as const;

/** Chats, what the bot wrote there, and what it may still write. */
export type LineChats = ReturnType<typeof createLineChats>;

/** No chats yet. `clock` can be moved by a test. */
export const createLineChats = (clock: () => number) => {
  const messages: LineBotMessage[] = [];
  const known = new Map<string, Set<string>>();
  const gone = new Set<string>();
  const tokens = new Map<string, { chat: string; until: number }>();
  const accepted = new Map<string, { until: number; request: string; ids: string[] }>();
  const quota = { limit: undefined as number | undefined, used: 0 };
  let lastId = 500_000_000_000_000_000n;

  const nextId = (): string => String((lastId += 1n));

  const write = (chat: string, objects: readonly LineMessageObject[]): { sentMessages: { id: string }[] } => {
    if (!known.has(chat) || gone.has(chat)) throw new LineApiError(400, 'Failed to send messages');
    const made = objects.map((object) => read(nextId(), chat, object));
    messages.push(...made);
    return { sentMessages: made.map(({ id }) => ({ id })) };
  };

  return {
    messages,
    quota,
    nextId,
    /** People said something here: from now on the bot can write to it. A group counts as many messages as people. */
    open: (chat: string, user: string): void => {
      known.set(chat, (known.get(chat) ?? new Set()).add(user));
    },
    remove: (chat: string): void => {
      gone.add(chat);
    },
    isMember: (chat: string, user: string): boolean => known.get(chat)?.has(user) === true && !gone.has(chat),
    newToken: (chat: string): string => {
      const token = randomUUID().replaceAll('-', '');
      tokens.set(token, { chat, until: clock() + lifetimes.token });
      return token;
    },
    reply: (token: string, objects: readonly LineMessageObject[]): object => {
      const found = tokens.get(token);
      if (!found || found.until < clock()) throw new LineApiError(400, 'Invalid reply token');
      const sent = write(found.chat, objects);
      tokens.delete(token);
      return sent;
    },
    push: (
      chat: string,
      objects: readonly LineMessageObject[],
      retryKey: string | undefined,
      request: string,
    ): object => {
      const before = retryKey === undefined ? undefined : accepted.get(retryKey);
      if (before && before.until > clock())
        throw new LineApiError(
          409,
          'The retry key is already accepted',
          { sentMessages: before.ids.map((id) => ({ id })) },
          { 'x-line-accepted-request-id': before.request },
        );
      const cost = known.get(chat)?.size ?? 1;
      if (quota.limit !== undefined && quota.used + cost > quota.limit)
        throw new LineApiError(429, 'You have reached your monthly limit.');
      const sent = write(chat, objects);
      quota.used += cost;
      if (retryKey !== undefined)
        accepted.set(retryKey, {
          until: clock() + lifetimes.retryKey,
          request,
          ids: sent.sentMessages.map(({ id }) => id),
        });
      return sent;
    },
  };
};
