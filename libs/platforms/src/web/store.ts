import { isConflict, type Bus } from '@threadbox/messaging';
import { splitWebConversation, streams, webReactionSubject, webSubject, webThreadSubject } from '@threadbox/schemas';
import { WebMessage, WebReactions, WebThread } from './message.ts';

/** How many messages are read at once. */
const BATCH = 200;

/** What the page shows, kept on the WEB stream: one subject a message and one a thread, the last state wins. */
export const createStore = ({ js, jsm }: Pick<Bus, 'js' | 'jsm'>) => {
  const last = async (subject: string): Promise<unknown> =>
    (await jsm.direct.getMessage(streams.web, { last_by_subj: subject }))?.json();

  const thread = async (conversation: string): Promise<WebThread | undefined> => {
    const record = await last(webThreadSubject(conversation));
    return record === undefined ? undefined : WebThread.parse(record);
  };
  const writeThread = async (conversation: string, record: Omit<WebThread, 'type' | 'thread'>): Promise<void> => {
    const whole: WebThread = { type: 'thread', thread: splitWebConversation(conversation)[1], ...record };
    await js.publish(webThreadSubject(conversation), JSON.stringify(whole));
  };
  return {
    thread,
    writeThread,
    /** A message as it stands, or undefined. */
    message: async (conversation: string, id: string): Promise<WebMessage | undefined> => {
      const record = await last(webSubject(conversation, id));
      return record === undefined ? undefined : WebMessage.parse(record);
    },
    /** The bot's message that was written last in a conversation. */
    lastOfBot: async (conversation: string): Promise<string | undefined> => {
      const subject = webSubject(conversation, '*');
      const end = (await jsm.direct.getMessage(streams.web, { last_by_subj: subject }))?.seq ?? 0;
      let found: string | undefined;
      for (let read = 0; read < end;) {
        const query = { seq: read + 1, next_by_subj: subject, batch: BATCH };
        for await (const stored of await jsm.direct.getBatch(streams.web, query)) {
          const { id, author } = WebMessage.parse(stored.json());
          if (author === 'bot') found = id;
          read = stored.seq;
        }
      }
      return found;
    },
    /** Stores a message unless it is there already, and tells whether it was new. */
    createMessage: async (conversation: string, message: Omit<WebMessage, 'type' | 'thread'>): Promise<boolean> => {
      const whole: WebMessage = { type: 'message', thread: splitWebConversation(conversation)[1], ...message };
      try {
        await js.publish(webSubject(conversation, message.id), JSON.stringify(whole), {
          expect: { lastSubjectSequence: 0 },
        });
        return true;
      } catch (error) {
        if (!isConflict(error)) throw error;
        return false;
      }
    },
    writeMessage: async (conversation: string, message: Omit<WebMessage, 'type' | 'thread'>): Promise<void> => {
      const whole: WebMessage = { type: 'message', thread: splitWebConversation(conversation)[1], ...message };
      await js.publish(webSubject(conversation, message.id), JSON.stringify(whole));
    },
    /** How people reacted to a message. */
    reactions: async (conversation: string, message: string): Promise<readonly string[]> => {
      const record = await last(webReactionSubject(conversation, message));
      return record === undefined ? [] : WebReactions.parse(record).emojis;
    },
    writeReactions: async (conversation: string, message: string, emojis: readonly string[]): Promise<void> => {
      const where = splitWebConversation(conversation)[1];
      const whole: WebReactions = { type: 'reactions', thread: where, message, emojis: [...emojis] };
      await js.publish(webReactionSubject(conversation, message), JSON.stringify(whole));
    },
    /** Makes sure that a thread exists and is open; its first words become its title. */
    openThread: async (conversation: string, words: string): Promise<void> => {
      const there = await thread(conversation);
      if (there && there.title !== '' && !there.closed) return;
      // A closed thread that is used again is a new one to the eye.
      const title = (there?.closed ? '' : there?.title) || words.replaceAll(/\s+/g, ' ').trim().slice(0, 60);
      await writeThread(conversation, { title, created: there?.created ?? Date.now() });
    },
  };
};
