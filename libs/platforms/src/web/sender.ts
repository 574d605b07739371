import { purgeSubject, type Bus } from '@threadbox/messaging';
import {
  CHUNK_BYTES,
  deriveId,
  streams,
  webFileSubject,
  webReactionSubject,
  webSubject,
  type Button,
} from '@threadbox/schemas';
import { gfmToMarkdown } from 'mdast-util-gfm';
import { toMarkdown } from 'mdast-util-to-markdown';
import { LRUCache } from 'lru-cache';
import { closeUnfinished } from '../markdown/close-unfinished.ts';
import { splitMarkdown } from '../markdown/split.ts';
import type { Part, Sender } from '../port.ts';
import type { WebMessage } from './message.ts';
import { createStore } from './store.ts';

/** The most characters of one message on the page; a NATS message holds 1 MiB. */
export const TEXT_LIMIT = 100_000;

/** Milliseconds between two live edits: the page is near, and text should flow. */
const PACE = 80;

const asText = (tree: Parameters<typeof toMarkdown>[0]): string =>
  toMarkdown(tree, { extensions: [gfmToMarkdown()] }).trimEnd();

/** The page renders Markdown itself: a part is Markdown as it is. */
const render = (markdown: string): { parts: Part[]; files: [] } => {
  if (markdown.trim() === '') return { parts: [], files: [] };
  if (markdown.length <= TEXT_LIMIT) return { parts: [{ text: markdown }], files: [] };
  // What Markdown is written back may be a little longer than what was read.
  const { pieces } = splitMarkdown(markdown, { limit: TEXT_LIMIT * 0.9, measure: (tree) => asText(tree).length });
  return { parts: pieces.map((tree) => ({ text: asText(tree) })), files: [] };
};

/** The relay's half of the web platform: what it posts is stored where the gateway's page listens. */
export const createWebSender = (bus: Pick<Bus, 'js' | 'jsm'>): Sender => {
  const store = createStore(bus);
  /** Keeps a message's place while its text changes. */
  const created = new LRUCache<string, number>({ max: 10_000 });

  type Shown = Pick<WebMessage, 'text' | 'buttons'> & Partial<WebMessage>;
  const bear = (conversation: string, id: string, since: number): void => {
    const key = `${conversation} ${id}`;
    created.set(key, since);
  };
  /** Makes a message look like this, wherever it stands. */
  const change = async (conversation: string, id: string, shown: Shown): Promise<void> => {
    const since =
      created.get(`${conversation} ${id}`) ?? (await store.message(conversation, id))?.created ?? Date.now();
    bear(conversation, id, since);
    await store.writeMessage(conversation, { author: 'bot', files: [], ...shown, id, created: since });
  };
  /** A new message; one that stands there already, from a former life of ours perhaps, keeps its place. */
  const put = async (conversation: string, id: string, shown: Shown): Promise<void> => {
    const now = Date.now();
    const message = { author: 'bot' as const, files: [], ...shown, id, created: now };
    if (await store.createMessage(conversation, message)) bear(conversation, id, now);
    else await change(conversation, id, shown);
  };
  const shown = (part: Part, buttons: readonly Button[] = []): Pick<WebMessage, 'text' | 'status' | 'buttons'> => ({
    text: part.text,
    buttons: [...buttons],
    ...(typeof part.markup === 'string' ? { status: part.markup } : {}),
  });

  return {
    capabilities: { edit: true, idempotentPost: true, buttons: true },
    budget: (conversation) => ({ chat: conversation, perMinute: Infinity, pace: PACE }),
    render,
    renderLive: (markdown, status) => ({ text: closeUnfinished(markdown.slice(-TEXT_LIMIT)), markup: status }),
    post: async (conversation, part, { key, buttons }) => {
      const id = deriveId('web', key);
      await put(conversation, id, shown(part, buttons));
      return id;
    },
    edit: (conversation, id, part, { buttons }) => change(conversation, id, shown(part, buttons)),
    postFile: async (conversation, { name, mediaType, bytes }, { key }) => {
      const id = deriveId('web', key);
      const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK_BYTES));
      for (let index = 0; index < chunks; index += 1) {
        await bus.js.publish(
          webFileSubject(conversation, id, index),
          bytes.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES),
        );
      }
      // The message comes last: who sees it can fetch all of it.
      await put(conversation, id, {
        text: '',
        buttons: [],
        files: [{ id, name, mediaType, size: bytes.length, chunks }],
      });
      return id;
    },
    // The placeholder's status line says it already.
    typing: () => Promise.resolve(),
    posted: {
      find: async (conversation, key) => (await store.message(conversation, deriveId('web', key)))?.id,
      last: (conversation) => store.lastOfBot(conversation),
    },
    close: async (conversation, keep) => {
      const kept = keep === undefined ? undefined : await store.message(conversation, keep);
      const thread = await store.thread(conversation);
      await purgeSubject(bus, streams.web, webSubject(conversation, '*'));
      await purgeSubject(bus, streams.web, webReactionSubject(conversation, '*'));
      await purgeSubject(bus, streams.web, webFileSubject(conversation, '*', '*'));
      if (kept) await store.writeMessage(conversation, kept);
      // Its title held its first words.
      await store.writeThread(conversation, {
        title: 'Closed',
        created: thread?.created ?? Date.now(),
        closed: keep === undefined ? {} : { keep },
      });
    },
  };
};
