import { randomUUID } from 'node:crypto';
import type { Bus } from '@threadbox/messaging';
import { streams, webFileSubject, webSubject } from '@threadbox/schemas';
import { testNats } from '@threadbox/tool-infrastructure/testing';
import { parseMarkdown } from '../markdown/parse.ts';
import { plainText } from '../markdown/plain-text.ts';
import type { Listener } from '../port.ts';
import { WebMessage } from '../web/message.ts';
import { createWebListener } from '../web/listener.ts';
import { createWebSender, TEXT_LIMIT } from '../web/sender.ts';
import { createShelf } from '../world/shelf.ts';
import type { Deed, Fault, PlatformHarness, SampleFile, StandingMessage } from './platform-harness.ts';

const TOKEN = 'a token for tests, which is long enough';
const conversation = 'web:ada~thread-1';

/** A bus whose next publish fails: before it reaches the server, or after. */
const createFaultyBus = (bus: Bus): { bus: Bus; fail: (kind: Fault['kind']) => void } => {
  let next: Fault['kind'] | undefined;
  const publish: Bus['js']['publish'] = async (...args) => {
    const fault = next;
    next = undefined;
    if (fault === 'server-error') throw new Error('no server');
    const ack = await bus.js.publish(...args);
    if (fault === 'lost-answer') throw new Error('the answer was lost');
    return ack;
  };
  const js = new Proxy(bus.js, { get: (target, name) => (name === 'publish' ? publish : Reflect.get(target, name)) });
  return { bus: { ...bus, js }, fail: (kind) => (next = kind) };
};

/** The web platform as the contract suite sees it: both halves on a real NATS, and a page that tries until it is taken. */
export const createWebHarness = async (): Promise<PlatformHarness> => {
  const nats = await testNats();
  const [gateway, relay, admin] = await Promise.all([
    nats.connect('gateway'),
    nats.connect('relay'),
    nats.connect('admin'),
  ]);
  const faulty = createFaultyBus(relay);
  const settings = { WEB_USERS: new Map([['ada', TOKEN]]) };
  let listener: Listener | undefined;
  const closed = new AbortController();
  let lastRequest: () => Request = () => new Request('http://127.0.0.1/');
  let lastSaid = '';
  let order: Promise<unknown> = Promise.resolve();

  const send = (build: () => Request): Deed => {
    let received = false;
    lastRequest = build;
    order = order.then(async () => {
      while (!received && !closed.signal.aborted) {
        const response = await listener?.fetch?.(build());
        received = response?.status === 202;
        if (!received) await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
    return { received: () => received };
  };
  const url = (path: string): string => `http://127.0.0.1/web/api/threads/thread-1${path}`;
  const headers = { authorization: `Bearer ${TOKEN}` };
  const json =
    (path: string, body: object, isChange = false) =>
    (): Request =>
      new Request(url(path), {
        method: isChange ? 'PUT' : 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
  const form = (id: string, text: string, file: SampleFile) => (): Request => {
    const body = new FormData();
    body.set('id', id);
    body.set('text', text);
    body.append('file', new File([new Uint8Array(file.bytes)], file.name, { type: file.mediaType }));
    return new Request(url('/messages'), { method: 'POST', headers, body });
  };

  const messages = async (): Promise<WebMessage[]> => {
    const all: WebMessage[] = [];
    const found = await admin.jsm.direct.getLastMessagesFor(streams.web, {
      multi_last: [webSubject(conversation, '*')],
    });
    try {
      for await (const stored of found) all.push(WebMessage.parse(stored.json()));
    } catch {
      // An empty conversation answers with an error.
    }
    return all.filter(({ author }) => author === 'bot').toSorted((a, b) => a.created - b.created);
  };
  const fileOf = async (file: WebMessage['files'][number]): Promise<SampleFile> => {
    const pieces: Uint8Array[] = [];
    for (let index = 0; index < (file.chunks ?? 0); index += 1) {
      const stored = await admin.jsm.direct.getMessage(streams.web, {
        last_by_subj: webFileSubject(conversation, file.id ?? '', index),
      });
      if (stored) pieces.push(stored.data);
    }
    return { name: file.name, mediaType: file.mediaType, bytes: new Uint8Array(Buffer.concat(pieces)) };
  };

  return {
    createListener: () => (listener = createWebListener(settings, { bus: gateway, shelf: createShelf(gateway) })),
    sender: createWebSender(faulty.bus),
    place: {
      platform: 'web',
      workspace: 'web:local',
      conversation,
      direct: true,
      author: { id: 'web:ada', name: 'ada' },
    },
    limit: TEXT_LIMIT,
    measure: (text) => text.length,
    person: {
      say: (text, file) => {
        const id = randomUUID();
        lastSaid = id;
        return Promise.resolve(send(file ? form(id, text, file) : json('/messages', { id, text })));
      },
      command: (line) => Promise.resolve(send(json('/messages', { id: randomUUID(), text: `/claude ${line}` }))),
      press: async (messageId, label) => {
        const message = (await messages()).find(({ id }) => id === messageId);
        const value = message?.buttons.find((button) => button.label === label)?.value;
        return send(json('/presses', { id: randomUUID(), value }));
      },
      edit: (text) => Promise.resolve(send(json(`/messages/${lastSaid}`, { id: randomUUID(), text }, true))),
      react: (messageId) =>
        Promise.resolve(send(json(`/messages/${messageId}/reactions`, { id: randomUUID(), emoji: '👍' }))),
      redeliver: async () => {
        await order;
        await listener?.fetch?.(lastRequest());
      },
    },
    standing: async (): Promise<StandingMessage[]> =>
      Promise.all(
        (await messages()).map(async ({ id, text, status, buttons, files: [file] }) => ({
          id,
          text: [plainText(parseMarkdown(text)), status ?? ''].join('\n').trim(),
          buttons: buttons.map(({ label }) => label),
          ...(file && { file: await fileOf(file) }),
        })),
      ),
    fail: (fault) => Promise.resolve(faulty.fail(fault.kind)),
    close: async () => {
      closed.abort();
      await order;
      await Promise.all([gateway.close(), relay.close(), admin.close()]);
      await nats.stop();
    },
  };
};
