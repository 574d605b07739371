import type { Finding } from '../port.ts';
import { createApi } from './api.ts';
import { calling } from './errors.ts';
import type { TelegramSettings } from './settings.ts';

/** Asks Telegram about the token, what the bot hears in groups, and where its updates go. */
export const examineTelegram = async (settings: TelegramSettings): Promise<readonly Finding[]> => {
  const api = createApi(settings, 10);
  let me;
  try {
    me = await calling('getMe', true, () => api.getMe());
  } catch (error) {
    return [{ what: 'the token', fix: error instanceof Error ? error.message : String(error) }];
  }
  const hook = await calling('getWebhookInfo', true, () => api.getWebhookInfo());
  const waiting = `${hook.pending_update_count} updates wait`;
  const isWebhook = settings.TELEGRAM_MODE === 'webhook';
  return [
    { what: `the token belongs to @${me.username}`, fix: undefined },
    {
      what: 'what it hears in groups',
      fix: me.can_read_all_group_messages
        ? undefined
        : 'Only commands and mentions: say /setprivacy to @BotFather, choose Disable, and add the bot to its groups again. (No need in private chats.)',
    },
    isWebhook && hook.last_error_message !== undefined
      ? {
          what: `the webhook (${waiting})`,
          fix: `Telegram cannot deliver: ${hook.last_error_message}. Check PUBLIC_URL.`,
        }
      : { what: `${isWebhook ? 'webhook' : 'long polling'}: ${waiting}`, fix: undefined },
  ];
};
