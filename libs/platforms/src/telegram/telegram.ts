import type { Platform } from '../port.ts';
import { createTelegramListener, type TelegramWorld } from './listener.ts';
import { createTelegramSender } from './sender.ts';
import type { TelegramSettings } from './settings.ts';

/** Telegram: private chats, groups and forum topics; long polling or a webhook. */
export const telegram: Platform<TelegramSettings, TelegramWorld> = {
  name: 'telegram',
  createListener: createTelegramListener,
  createSender: createTelegramSender,
};
