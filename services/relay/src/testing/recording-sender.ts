import { RateLimited, Refused, Uncertain, type Sender } from '@threadbox/platforms';

/** A message as it stands in the recorded chat. */
type Standing = { id: string; text: string; buttons: string[] };

/**
 * A chat that stands for the outside: it records every call, shows what stands, and fails when it is told to. Like
 * Telegram it keeps no keys, unless it is told that it does.
 */
export const recordingSender = ({ keepsKeys = false } = {}) => {
  const standing: Standing[] = [];
  const files: string[] = [];
  const calls: string[] = [];
  const keys = new Map<string, string>();
  let failure: 'rate-limit' | 'refused' | 'lost-answer' | 'broken' | undefined;

  const fail = (happened: () => void): void => {
    const kind = failure;
    failure = undefined;
    switch (kind) {
      case 'rate-limit':
        throw new RateLimited(300);
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
    capabilities: { edit: true, idempotentPost: keepsKeys },
    pace: () => 10,
    render: (markdown) => ({ parts: markdown.split('\n---\n').map((text) => ({ text })), files: [] }),
    renderLive: (markdown, status) => ({ text: `${markdown}|${status}` }),
    post: async (_, { text }, { key, buttons = [] }) => {
      calls.push(`post ${text}`);
      const known = keys.get(key);
      if (keepsKeys && known !== undefined) return known;
      const id = String(standing.length + 1);
      fail(() => {
        standing.push({ id, text, buttons: buttons.map(({ label }) => label) });
        keys.set(key, id);
      });
      return id;
    },
    edit: async (_, id, { text }, { buttons = [] }) => {
      calls.push(`edit ${text}`);
      fail(() => {
        const message = standing.find((one) => one.id === id);
        if (message) Object.assign(message, { text, buttons: buttons.map(({ label }) => label) });
      });
    },
    postFile: async (_, { name, bytes }) => {
      fail(() => files.push(`${name}: ${Buffer.from(bytes).toString()}`));
      return `file ${files.length}`;
    },
    typing: async () => void calls.push('typing'),
    close: async () => void calls.push('close'),
  };
  return {
    sender,
    standing,
    files,
    calls,
    failNext: (kind: NonNullable<typeof failure>) => {
      failure = kind;
    },
    texts: () => standing.map(({ text }) => text),
  };
};
