import { RateLimited, Refused, Uncertain, type Sender } from '@threadbox/platforms';

/** A message as it stands in the recorded chat. */
type Standing = { id: string; text: string; buttons: string[] };

/** How the next call (of this kind, where one is named) fails; `rest` is how long a rate limit lasts, in milliseconds. */
type Failure = {
  kind: 'rate-limit' | 'refused' | 'lost-answer' | 'broken';
  of?: 'post' | 'edit' | 'file' | 'thread';
  rest?: number;
};

/**
 * A chat that stands for the outside: it records every call, shows what stands, and fails when it is told to. Like
 * Telegram it keeps no keys, unless it is told that it does.
 */
export const recordingSender = ({ keepsKeys = false } = {}) => {
  const standing: Standing[] = [];
  const files: string[] = [];
  const calls: string[] = [];
  const keys = new Map<string, string>();
  let failure: Failure | undefined;
  let isDown = false;
  let deaf = '';
  let slow = 0;
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, slow));

  const fail = (what: Failure['of'], happened: () => void): void => {
    if (isDown) throw new Error('502');
    const kind = failure?.of === undefined || failure.of === what ? failure?.kind : undefined;
    const rest = failure?.rest ?? 300;
    if (kind !== undefined) failure = undefined;
    switch (kind) {
      case 'rate-limit':
        throw new RateLimited(rest);
      case 'refused':
        throw new Refused('the bot was removed');
      case 'broken':
        throw new Error('502');
      case 'lost-answer':
        happened();
        throw keepsKeys ? new Error('no answer') : new Uncertain();
      case undefined:
        happened();
    }
  };
  const sender: Sender = {
    capabilities: { edit: true, idempotentPost: keepsKeys, buttons: true },
    budget: (conversation) => ({ chat: conversation, perMinute: Infinity, pace: 10 }),
    render: (markdown) => ({ parts: markdown.split('\n---\n').map((text) => ({ text })), files: [] }),
    renderLive: (markdown, status) => ({ text: `${markdown}|${status}` }),
    post: async (conversation, { text }, { key, buttons = [] }) => {
      calls.push(`post ${text}`);
      if (slow > 0) await pause();
      if (conversation === deaf) throw new Uncertain();
      const known = keys.get(key);
      if (keepsKeys && known !== undefined) return known;
      const id = String(standing.length + 1);
      fail('post', () => {
        standing.push({ id, text, buttons: buttons.map(({ label }) => label) });
        keys.set(key, id);
      });
      return id;
    },
    edit: async (_, id, { text }, { buttons = [] }) => {
      calls.push(`edit ${text}`);
      if (slow > 0) await pause();
      fail('edit', () => {
        const message = standing.find((one) => one.id === id);
        if (message) Object.assign(message, { text, buttons: buttons.map(({ label }) => label) });
      });
    },
    postFile: async (_, { name, bytes }) => {
      fail('file', () => files.push(`${name}: ${Buffer.from(bytes).toString()}`));
      return `file ${files.length}`;
    },
    typing: async () => void calls.push('typing'),
    openThread: async (conversation, { title }) => {
      calls.push(`open ${title}`);
      fail('thread', () => undefined);
      return `${conversation}:${title}`;
    },
    close: async () => void calls.push('close'),
  };
  /** A chat that shows drafts. */
  const drafting: Sender = {
    ...sender,
    draft: { isFor: () => true, show: async (_, _key, { text }) => void calls.push(`draft ${text}`) },
  };
  /** A chat that lacks what others have: messages cannot be edited, there are no buttons, but five go in one call. */
  const poor: Sender = {
    ...sender,
    capabilities: { edit: false, idempotentPost: keepsKeys, buttons: false },
    together: {
      limit: 5,
      post: async (_, parts, { key }) => {
        calls.push(`together ${parts.map(({ text }) => text).join(' + ')}`);
        const ids = parts.map((_part, i) => `${key}/${i}`);
        fail('post', () => standing.push(...parts.map(({ text }, i) => ({ id: ids[i]!, text, buttons: [] }))));
        return ids;
      },
    },
  };
  return {
    sender,
    poor,
    drafting,
    standing,
    files,
    calls,
    failNext: (kind: Failure['kind'], more: Omit<Failure, 'kind'> = {}) => {
      failure = { kind, ...more };
    },
    /** Breaks every call, or none. */
    setDown: (down: boolean) => {
      isDown = down;
    },
    /** Never answers a post to this conversation. */
    setDeaf: (conversation: string) => {
      deaf = conversation;
    },
    /** Takes so many milliseconds for each post and edit. */
    setSlow: (milliseconds: number) => {
      slow = milliseconds;
    },
    texts: () => standing.map(({ text }) => text),
  };
};
