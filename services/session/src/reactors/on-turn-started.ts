import type { SessionEvent, TurnStarted } from '@threadbox/schemas';
import type { Fact } from '../adapters/fact.ts';
import type { Ports } from '../adapters/ports.ts';
import { withQuote } from '../domain/words.ts';

/** turn-started → a placeholder in the chat, then the files and the words for the sandbox. */
export const onTurnStarted =
  ({
    sessions,
    show,
    give,
    recallMessage,
    recallEdit,
    recallChunk,
  }: Pick<Ports, 'sessions' | 'show' | 'give' | 'recallMessage' | 'recallEdit' | 'recallChunk'>) =>
  async ({
    event: { turn, sequence, revised },
    id,
    cause,
    sequence: since,
  }: Fact<TurnStarted, SessionEvent>): Promise<void> => {
    const [{ state }, message, edit] = await Promise.all([
      sessions.load(id, { since }),
      recallMessage(sequence),
      revised === undefined ? undefined : recallEdit(revised),
    ]);
    // Closed in the meantime: what was said is purged, and nobody waits for an answer.
    if (state.status !== 'open' || !message) return;
    const announced = show(
      {
        type: 'turn-announced',
        data: { conversation: state.conversation, session: id, turn, ahead: 0, received: message.time },
      },
      cause,
    );
    const { attachments, principal, quote } = message.data;
    const text = withQuote(edit?.data.text ?? message.data.text, quote);
    announced.catch(() => undefined);
    for (const { id: file, chunks } of attachments) {
      for (const [index, chunk] of chunks.entries()) {
        const piece = await recallChunk(chunk);
        if (piece) await give(id, { type: 'file-chunk', data: piece.data }, cause, `${file}/${index}`);
      }
    }
    const files = attachments.map(({ id: file, name, mediaType }) => ({ file, name, mediaType }));
    // Side by side: relay waits for the announcement anyway, and the agent can begin.
    await Promise.all([
      announced,
      give(
        id,
        { type: 'turn-given', data: { turn, text, author: principal.name, trusted: state.trusted, files } },
        cause,
        turn,
      ),
    ]);
  };
