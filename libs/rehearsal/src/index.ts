export type { MessagesRequest, Reply, ReplyBlock } from './api.ts';
export { rehearse } from './rehearse.ts';
export { startRehearsal, type Rehearsal } from './server.ts';
