import { deriveId, type Attachment, type Inbound } from '@threadbox/schemas';
import type { Incoming } from '@threadbox/platforms';

/** The id of a platform's event, whoever takes it in and however often: what JetStream deduplicates by. */
export const inboundId = ({ eventId, place }: Pick<Incoming, 'eventId' | 'place'>): string =>
  deriveId('inbound', place.platform, eventId);

/** As much of a quoted message as tells which one is meant, in characters. */
const QUOTE = 1000;

/** A platform's event as a message of the system's language. `notes` says what could not be taken along. */
export const toInbound = (
  incoming: Incoming,
  { time, attachments, notes }: { time: string; attachments: Attachment[]; notes: readonly string[] },
): Inbound => {
  const id = inboundId(incoming);
  const common = { id, version: 1, time, causation: id, correlation: id } as const;
  const { place } = incoming;
  switch (incoming.kind) {
    case 'message': {
      const text = [incoming.text, ...notes.map((note) => `(${note})`)].filter((part) => part !== '').join('\n\n');
      const { addressed, quote } = incoming;
      return {
        ...common,
        type: 'message-received',
        data: {
          ...place,
          text,
          attachments,
          ...(addressed === undefined ? {} : { addressed }),
          ...(quote && {
            quote: {
              ...(quote.author !== undefined && { author: quote.author.slice(0, 200) }),
              text: quote.text.slice(0, QUOTE),
            },
          }),
        },
      };
    }
    case 'command':
      return { ...common, type: 'command-received', data: { ...place, line: incoming.line } };
    case 'edit':
      return {
        ...common,
        type: 'message-edited',
        data: { ...place, of: inboundId({ eventId: incoming.of, place }), text: incoming.text },
      };
    case 'button':
      return {
        ...common,
        type: 'button-pressed',
        data: { ...place, value: incoming.value, ...(incoming.text === undefined ? {} : { text: incoming.text }) },
      };
    case 'reaction':
      return { ...common, type: 'reaction-received', data: { ...place, emoji: incoming.emoji } };
  }
};
