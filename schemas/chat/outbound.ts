import { z } from 'zod';
import { ConversationClosed } from './conversation-closed.ts';
import { NoticeRequested } from './notice-requested.ts';
import { ThreadRequested } from './thread-requested.ts';
import { TurnAnnounced } from './turn-announced.ts';
import { TurnSettled } from './turn-settled.ts';

/** All that auth and session write to `chat.outbound`. */
export const Outbound = z.discriminatedUnion('type', [
  NoticeRequested,
  ThreadRequested,
  TurnAnnounced,
  TurnSettled,
  ConversationClosed,
]);
export type Outbound = z.infer<typeof Outbound>;
