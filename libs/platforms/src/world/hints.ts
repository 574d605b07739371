import type { Bus } from '@threadbox/messaging';
import { chatSubject, streams } from '@threadbox/schemas';
import type { Hints } from '../port.ts';

/** Hints on the conversation's own subject of CHAT: purged with everything else that was said there. */
export const createHints = ({ js, jsm }: Pick<Bus, 'js' | 'jsm'>): Hints => ({
  leave: async (conversation, text) => {
    await js.publish(chatSubject('hint', conversation), text);
  },
  find: async (conversation) => {
    const last = await jsm.direct.getMessage(streams.chat, { last_by_subj: chatSubject('hint', conversation) });
    return last === null ? undefined : { text: last.string(), at: last.time.getTime() };
  },
});
