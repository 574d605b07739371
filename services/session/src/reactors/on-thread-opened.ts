import { deriveId, type ThreadOpened } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import { noRoomWord, openedHereWord } from '../domain/words.ts';

/** thread-opened → the session is bound to its thread; where none could be opened, to the channel, if that is free. */
export const onThreadOpened =
  ({ sessions, conversations, notify }: Pick<Ports, 'sessions' | 'conversations' | 'notify'>) =>
  async ({ id, correlation, data }: ThreadOpened): Promise<void> => {
    const { conversation, session, thread, refused, workspace, by, sequence } = data;
    const cause = { id, correlation };
    const [{ state }, { state: before }] = await Promise.all([
      sessions.load(session),
      conversations.load(conversation),
    ]);
    if (state.status !== 'open') return;
    const { state: bound } = await conversations.decide(thread, { type: 'bind', session }, cause);
    if (bound.session !== session) {
      await notify({ conversation, delivery: deriveId('answer', id), text: noRoomWord(refused ?? '') }, cause);
      // One that was being handed over stays where it is; a new one has no place to be.
      if (state.conversation === conversation)
        await sessions.decide(session, { type: 'close', by: 'system', message: id, sequence }, cause);
      return;
    }
    if (state.conversation === thread) {
      if (refused !== undefined) {
        const text = openedHereWord(state.agent, refused);
        return notify({ conversation: thread, delivery: deriveId('answer', id), text }, cause);
      }
      // Delivered again: moved before, though what it left may still be bound.
      return leave(state.past.at(-1)?.conversation);
    }
    // Only a session that was being handed over was bound before.
    const isNew = state.conversation === conversation && before.session !== session;
    const reason = isNew ? 'thread-opened' : 'handed-over';
    await sessions.decide(session, { type: 'move', reason, workspace, conversation: thread, by, sequence }, cause);
    if (!isNew) await leave(state.conversation);

    async function leave(place: string | undefined): Promise<void> {
      if (place !== undefined) await conversations.decide(place, { type: 'release', session }, cause);
    }
  };
