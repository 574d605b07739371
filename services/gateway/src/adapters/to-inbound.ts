import { deriveId, type Attachment, type Inbound } from '@threadbox/schemas';
import type { Incoming } from '@threadbox/platforms';

/** The id of a platform's event, whoever takes it in and however often: what JetStream deduplicates by. */
export const inboundId = ({ eventId, place }: Incoming): string => deriveId('inbound', place.platform, eventId);

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
      return { ...common, type: 'message-received', data: { ...place, text, attachments } };
    }
    case 'command':
      return { ...common, type: 'command-received', data: { ...place, line: incoming.line } };
    case 'button':
      return { ...common, type: 'button-pressed', data: { ...place, value: incoming.value } };
  }
};
