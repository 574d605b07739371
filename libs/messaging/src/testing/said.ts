import { deriveId } from '@threadbox/schemas';
import { compose } from '../publish.ts';

/** Ana says something on the chat page; the same words in one conversation are the same message. */
export const said = (conversation: string, text: string) =>
  compose({
    type: 'message-received',
    id: deriveId(conversation, text),
    data: {
      platform: 'web',
      workspace: 'web:local',
      conversation,
      direct: true,
      author: { id: 'web:ana', name: 'ana' },
      text,
      attachments: [],
    },
  });
