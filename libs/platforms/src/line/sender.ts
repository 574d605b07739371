import { LRUCache } from 'lru-cache';
import { Refused } from '../errors.ts';
import type { Sender, World } from '../port.ts';
import { createApi } from './api.ts';
import { addressOf, budgetOf } from './conversation.ts';
import { createDelivery } from './delivery.ts';
import { calling } from './errors.ts';
import { toMessage } from './message.ts';
import { createFileMessages } from './outgoing-file.ts';
import { CALL_LIMIT, render, renderLive } from './render.ts';
import type { LineSenderSettings } from './settings.ts';

/** Seconds that the animation is shown: the most there is. It ends with the next message. */
const LOADING = 60;
/** Milliseconds after which it is asked for again, where no message came. */
const LOADING_AGAIN = 50_000;

/** Writes to LINE: plain text, bubbles for what needs them, replies before pushes. */
export const createLineSender = (
  settings: LineSenderSettings,
  { hints, shelf, log }: Pick<World, 'hints' | 'shelf' | 'log'>,
): Sender => {
  const api = createApi(settings);
  const deliver = createDelivery(api, { hints, log });
  const fileMessage = createFileMessages(shelf, settings.PUBLIC_URL);
  const loading = new LRUCache<string, number>({ max: 1000 });

  const send: typeof deliver = (conversation, messages, options) => {
    loading.delete(conversation);
    return deliver(conversation, messages, options);
  };

  const post: Sender['post'] = async (conversation, part, { buttons, ...options }) =>
    (await send(conversation, [toMessage(part, buttons)], options))[0]!;

  return {
    capabilities: { edit: false, idempotentPost: true, buttons: true },
    budget: budgetOf,
    render: (markdown) => render(markdown, { files: settings.PUBLIC_URL !== undefined }),
    renderLive,
    post,
    together: {
      limit: CALL_LIMIT,
      post: (conversation, parts, { buttons, ...options }) =>
        send(
          conversation,
          parts.map((part, i) => toMessage(part, i === parts.length - 1 ? buttons : undefined)),
          options,
        ),
    },
    edit: () => Promise.reject(new Refused('a message on LINE cannot be changed')),
    postFile: async (conversation, file, options) =>
      (await send(conversation, [await fileMessage(file, options.key)], options))[0]!,
    typing: async (conversation) => {
      try {
        const { kind, id: chatId } = addressOf(conversation);
        if (kind !== 'user' || (loading.get(conversation) ?? 0) > Date.now() - LOADING_AGAIN) return;
        loading.set(conversation, Date.now());
        await calling('the animation', { repeatable: true }, () =>
          api.showLoadingAnimation({ chatId, loadingSeconds: LOADING }),
        );
      } catch {
        // A courtesy: the next call that matters says what is wrong.
      }
    },
    // What was said stays with the people; a bot can take back nothing of it.
    close: () => Promise.resolve(),
  };
};
