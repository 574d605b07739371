import { hash } from 'node:crypto';

/** How many lanes each stream has. It is part of every stored subject: changing it means migrating the streams. */
export const PARTITIONS = 8;

/** Every partition, in order. */
export const partitions: readonly number[] = Array.from({ length: PARTITIONS }, (_, p) => p);

/** The lane of a conversation or aggregate: stable for ever, evenly spread, in 0 … PARTITIONS - 1. */
export const partitionOf = (id: string): number => hash('sha256', id, 'buffer').readUInt32BE(0) % PARTITIONS;

/**
 * One subject token from any text: what NATS forbids in a token (dots, wildcards, white space, control
 * characters) is percent-encoded, the rest stays readable. `tokenText` is its inverse.
 */
export const subjectToken = (text: string): string => {
  if (text === '') throw new TypeError('an empty text has no subject token');
  return encodeURIComponent(text.toWellFormed()).replaceAll('.', '%2E').replaceAll('*', '%2A').replaceAll('%3A', ':');
};

/** The text that `subjectToken` was given. */
export const tokenText = (token: string): string => decodeURIComponent(token);

/** The streams, by the names they have in NATS. */
export const streams = {
  chat: 'CHAT',
  events: 'EVENTS',
  sandbox: 'SANDBOX',
  timers: 'TIMERS',
  web: 'WEB',
  vault: 'VAULT',
  relay: 'RELAY',
  dead: 'DEAD',
  snapshots: 'SNAPSHOTS',
  leases: 'LEASES',
} as const;

/**
 * The kinds of chat subject: what was said, what was let in, a file's bytes, what to show, a thread that was opened, and
 * what a platform's listener leaves for its sender.
 */
export type ChatLane = 'inbound' | 'admitted' | 'file' | 'outbound' | 'opened' | 'hint';

/** `telegram:-100:7` → platform `telegram` and the rest. */
const splitConversation = (conversation: string): [platform: string, rest: string] => {
  const colon = conversation.indexOf(':');
  if (colon < 1 || colon === conversation.length - 1) throw new TypeError(`not a conversation id: ${conversation}`);
  return [conversation.slice(0, colon), conversation.slice(colon + 1)];
};

/** The bot of a platform that a conversation lives on: the part before its first colon. */
export const platformOf = (conversation: string): string => splitConversation(conversation)[0];

/** `chat.<lane>.<p>.<platform>.<conversation>`. */
export const chatSubject = (lane: ChatLane, conversation: string): string => {
  const [platform, rest] = splitConversation(conversation);
  return `chat.${lane}.${partitionOf(conversation)}.${subjectToken(platform)}.${subjectToken(rest)}`;
};

/** Every lane of one conversation: what a close purges. */
export const conversationFilter = (conversation: string): string =>
  chatSubject('inbound', conversation).replace('.inbound.', '.*.');

/** `events.<p>.<aggregate>.<id>`: one aggregate's whole history is the messages of one subject. */
export const eventsSubject = (aggregate: string, id: string): string =>
  `events.${partitionOf(id)}.${aggregate}.${subjectToken(id)}`;

/** `sandbox.<p>.<id>.in` and `.out`: all that a sandbox may read, and all that it may write. */
export const sandboxSubject = (id: string, direction: 'in' | 'out'): string =>
  `sandbox.${partitionOf(id)}.${subjectToken(id)}.${direction}`;

/** Both directions of one sandbox: what a close purges. */
export const sandboxFilter = (id: string): string => sandboxSubject(id, 'in').replace(/in$/, '*');

/** The durable consumer through which one sandbox's runner pulls its input. */
export const runnerDurable = (id: string): string => `runner-${subjectToken(id)}`;

/** Where a waiting sandbox hears whose it is to be. */
export const claimSubject = (warmId: string): string => `claim.${subjectToken(warmId)}`;

/** Where a timer waits (publishing again replaces it) and where it arrives when due. */
export const timerSubject = (phase: 'timers' | 'due', aggregate: string, id: string, name: string): string =>
  `${phase}.${aggregate}.${subjectToken(id)}.${name}`;

/** `web:<user>~<thread>` → the user and the thread. */
export const splitWebConversation = (conversation: string): [user: string, thread: string] => {
  const [platform, rest] = splitConversation(conversation);
  const tilde = rest.lastIndexOf('~');
  if (platform !== 'web' || tilde < 1 || tilde === rest.length - 1)
    throw new TypeError(`not a web thread: ${conversation}`);
  return [rest.slice(0, tilde), rest.slice(tilde + 1)];
};

const webThread = (conversation: string): string => splitWebConversation(conversation).map(subjectToken).join('.');

/** `web.<user>.<thread>.message.<message>`: the web platform's own store, last state wins. `*` stands for all. */
export const webSubject = (conversation: string, messageId: string): string =>
  `web.${webThread(conversation)}.message.${messageId === '*' ? '*' : subjectToken(messageId)}`;

/** `web.<user>.<thread>.reaction.<message>`: how people reacted to a message; `*` stands for all. */
export const webReactionSubject = (conversation: string, messageId: string): string =>
  `web.${webThread(conversation)}.reaction.${messageId === '*' ? '*' : subjectToken(messageId)}`;

/** `web.<user>.<thread>.thread`: a thread's own record. */
export const webThreadSubject = (conversation: string): string => `web.${webThread(conversation)}.thread`;

/** `web.<user>.*.thread`: the records of all of a user's threads. */
export const webThreadsFilter = (user: string): string => `web.${subjectToken(user)}.*.thread`;

/** `webfile.<user>.<thread>.<file>.<index>`: the bytes of files on the chat page, apart from what is listened to. */
export const webFileSubject = (conversation: string, file: string, index: number | '*'): string =>
  `webfile.${webThread(conversation)}.${file === '*' ? '*' : subjectToken(file)}.${index}`;

/** `shelf.<token>.<index>`: the bytes of a file that people fetch by an address nobody can guess. */
export const shelfSubject = (token: string, index: number | 'name'): string => `shelf.${subjectToken(token)}.${index}`;

/** `vault.<name>`: a platform's own small secret, encrypted; the last one counts. */
export const vaultSubject = (name: string): string => `vault.${subjectToken(name)}`;

/** `credential.<slot>`: a person's own credential to the model, encrypted. */
export const credentialSubject = (slot: string): string => `credential.${subjectToken(slot)}`;

/** `chat.deposit.<p>.<slot>`: the word that one was put there. */
export const depositSubject = (slot: string): string => `chat.deposit.${partitionOf(slot)}.${subjectToken(slot)}`;

/** `snapshots.<service>.<view>.<aggregate>.<id>.<part>`: a state that somebody folded of the aggregate with this subject of EVENTS. */
export const snapshotSubject = (view: `${string}.${string}`, events: string, part: number): string =>
  `snapshots.${view}.${events.split('.').slice(2).join('.')}.${part}`;

/** Where a message goes that a reader could not process: `dead.<durable>`. */
export const deadSubject = (durable: string): string => `dead.${durable}`;

/** Where an operator gives it back to that reader, in no stream: `again.<durable>`. */
export const againSubject = (durable: string): string => `again.${durable}`;

/** Who holds a lease: `lease.<service>.<name>`. `*` stands for all of a service's. */
export const leaseSubject = (service: string, name: string): string =>
  `lease.${service}.${name === '*' ? '*' : subjectToken(name)}`;

/** What relay remembers, `relay.>`: the last word on each subject counts. `*` stands for all. */
export const relaySubjects = {
  /** Which message of the platform stands in a place of a chat. */
  delivery: (conversation: string, delivery: string, part: number): string =>
    `relay.delivery.${subjectToken(conversation)}.${delivery}.${part}`,
  deliveries: (conversation: string): string => `relay.delivery.${subjectToken(conversation)}.>`,
  /** Where the answers of a session's turns belong. */
  turns: (session: string): string => `relay.turns.${subjectToken(session)}`,
  /** Until when a platform wants no calls for a chat. */
  penalty: (chat: string): string => `relay.penalty.${chat === '*' ? '*' : subjectToken(chat)}`,
} as const;
