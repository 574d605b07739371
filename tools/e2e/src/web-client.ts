import { randomUUID } from 'node:crypto';
import type { Threadbox } from '@threadbox/tool-threadbox';

/** A message as the page's API tells it. */
export type Shown = {
  type: string;
  id: string;
  author: string;
  text: string;
  status?: string;
  buttons: Array<{ label: string; value: string }>;
  files: Array<{ id?: string; name: string; size: number }>;
  created: number;
};

/** A person at the web page's API, in one thread: says things and watches what stands there. */
export const webClient = (box: () => Threadbox, thread: string = randomUUID()) => {
  const standing = new Map<string, Shown>();
  /** Every state of every bot message, in the order in which it was shown. */
  const history: Shown[] = [];
  let last = 0;
  let aborter = new AbortController();
  const headers = (): Record<string, string> => ({ authorization: `Bearer ${box().webToken}` });
  const url = (path: string): string => `${box().webUrl}/web/api${path}`;

  const take = (block: string): void => {
    const id = /^id: (\d+)$/m.exec(block)?.[1];
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (id === undefined || data === undefined) return;
    last = Number(id);
    const record = JSON.parse(data) as Shown & { thread?: string; closed?: { keep?: string } };
    if (record.type === 'message') {
      standing.set(record.id, record);
      if (record.author === 'bot') history.push(record);
    } else if (record.closed && record.thread === thread) {
      // The records of all threads pass by here.
      for (const key of standing.keys()) if (key !== record.closed.keep) standing.delete(key);
    }
  };

  const listen = async (signal: AbortSignal): Promise<void> => {
    const response = await fetch(url(`/events?thread=${thread}`), {
      headers: { ...headers(), ...(last > 0 ? { 'last-event-id': String(last) } : {}) },
      signal,
    });
    let text = '';
    for await (const chunk of response.body ?? []) {
      text += Buffer.from(chunk).toString();
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        take(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  };
  const follow = async (signal: AbortSignal): Promise<void> => {
    while (!signal.aborted) {
      await listen(signal).catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  void follow(aborter.signal);

  const post = async (path: string, body: object | FormData): Promise<Response> =>
    fetch(url(`/threads/${thread}${path}`), {
      method: 'POST',
      headers: body instanceof FormData ? headers() : { ...headers(), 'content-type': 'application/json' },
      body: body instanceof FormData ? body : JSON.stringify(body),
    });

  return {
    thread,
    history,
    /** Says something; with the same id again it is the same message. */
    say: (text: string, id: string = randomUUID()) => post('/messages', { id, text }),
    sendFile: (text: string, name: string, bytes: Uint8Array<ArrayBuffer>) => {
      const form = new FormData();
      form.set('id', randomUUID());
      form.set('text', text);
      form.append('file', new Blob([bytes]), name);
      return post('/messages', form);
    },
    press: async (label: string): Promise<Response> => {
      const button = [...standing.values()].flatMap(({ buttons }) => buttons).find((one) => one.label === label);
      if (!button) throw new Error(`there is no button “${label}”`);
      return post('/presses', { id: randomUUID(), value: button.value });
    },
    download: async (file: string): Promise<Buffer> => {
      const response = await fetch(url(`/threads/${thread}/files/${file}`), { headers: headers() });
      return Buffer.from(await response.arrayBuffer());
    },
    /** What stands in the thread, oldest first. */
    messages: () => [...standing.values()].toSorted((a, b) => a.created - b.created),
    /** The bot's messages that are done, oldest first. */
    answers: () =>
      [...standing.values()]
        .filter(({ author, status }) => author === 'bot' && status === undefined)
        .toSorted((a, b) => a.created - b.created),
    close: () => {
      aborter.abort();
      aborter = new AbortController();
    },
  };
};
