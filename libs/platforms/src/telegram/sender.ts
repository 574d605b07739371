import { InputFile } from 'grammy';
import type { Sender } from '../port.ts';
import { createApi } from './api.ts';
import { addressOf, budgetOf, conversationId } from './conversation.ts';
import { calling, isNotModified } from './errors.ts';
import { keyboard } from './keyboard.ts';
import { entitiesOf, render, renderLive } from './render.ts';
import type { TelegramSenderSettings } from './settings.ts';

/** Seconds to wait for an answer; a post without one is `Uncertain`. Files (up to 50 MB) take longer. */
const timeouts = { call: 10, file: 120 } as const;

/** No address in a message of ours is fetched: what an agent writes must not be able to call home. */
const link_preview_options = { is_disabled: true } as const;

const target = (conversation: string): { chat: number; more: { message_thread_id?: number } } => {
  const { chat, topic } = addressOf(conversation);
  return { chat, more: topic === undefined ? {} : { message_thread_id: topic } };
};

/** Writes to Telegram: entities instead of markup, previews off, inline keyboards. */
export const createTelegramSender = (settings: TelegramSenderSettings): Sender => {
  const api = createApi(settings, timeouts.call);
  const fileApi = createApi(settings, timeouts.file);
  return {
    capabilities: { edit: true, idempotentPost: false, buttons: true },
    budget: budgetOf,
    render,
    renderLive,
    post: async (conversation, part, { buttons }) => {
      const { chat, more } = target(conversation);
      const entities = entitiesOf(part);
      const reply_markup = keyboard(buttons);
      const message = await calling('sendMessage', false, () =>
        api.sendMessage(chat, part.text, {
          ...more,
          link_preview_options,
          ...(entities && { entities }),
          ...(reply_markup && { reply_markup }),
        }),
      );
      return String(message.message_id);
    },
    edit: async (conversation, messageId, part, { buttons }) => {
      const { chat } = target(conversation);
      const entities = entitiesOf(part);
      const reply_markup = keyboard(buttons);
      await calling('editMessageText', true, async () => {
        try {
          await api.editMessageText(chat, Number(messageId), part.text, {
            link_preview_options,
            ...(entities && { entities }),
            ...(reply_markup && { reply_markup }),
          });
        } catch (error) {
          if (!isNotModified(error)) throw error;
        }
      });
    },
    postFile: async (conversation, { name, bytes }) => {
      const { chat, more } = target(conversation);
      const message = await calling('sendDocument', false, () =>
        fileApi.sendDocument(chat, new InputFile(bytes, name), { ...more, disable_content_type_detection: true }),
      );
      return String(message.message_id);
    },
    typing: async (conversation) => {
      try {
        const { chat, more } = target(conversation);
        await api.sendChatAction(chat, 'typing', more);
      } catch {
        // A courtesy: the next call that matters says what is wrong.
      }
    },
    openThread: async (conversation, { title }) => {
      const { chat } = addressOf(conversation);
      const topic = await calling('createForumTopic', false, () => api.createForumTopic(chat, title.slice(0, 128)));
      return conversationId(conversation.slice(0, conversation.indexOf(':')), { chat, topic: topic.message_thread_id });
    },
    ...(settings.TELEGRAM_DRAFTS && {
      draft: {
        // Telegram shows drafts to one person, not to a group.
        isFor: (conversation) => addressOf(conversation).chat > 0,
        show: async (conversation, key, part) => {
          const { chat, more } = target(conversation);
          const entities = entitiesOf(part);
          const id = 1 + (Number.parseInt(key.replaceAll('-', '').slice(0, 8), 16) % 2_000_000_000);
          await calling('sendMessageDraft', true, () =>
            api.sendMessageDraft(chat, id, part.text, { ...more, ...(entities && { entities }) }),
          );
        },
      },
    }),
    // A topic belongs to the people of the group, and a bot can delete messages of the last 48 hours only: nothing to do.
    close: () => Promise.resolve(),
  };
};
