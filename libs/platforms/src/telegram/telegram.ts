import { half, type Platform } from '../port.ts';
import { telegramSettings, telegramSenderSettings } from './settings.ts';

/** Telegram: private chats, groups and forum topics; long polling or a webhook. */
export const telegram: Platform = {
  name: 'telegram',
  hearing: half({
    switch: 'TELEGRAM_BOT_TOKEN',
    settings: telegramSettings,
    create: async (settings, world) => (await import('./listener.ts')).createTelegramListener(settings, world),
    examine: async (settings) => (await import('./examine.ts')).examineTelegram(settings),
  }),
  writing: half({
    switch: 'TELEGRAM_BOT_TOKEN',
    settings: telegramSenderSettings,
    create: async (settings) => (await import('./sender.ts')).createTelegramSender(settings),
  }),
};
