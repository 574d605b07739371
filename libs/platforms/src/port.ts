import type { Bus } from '@threadbox/messaging';
import type { Button, Place } from '@threadbox/schemas';
import type { Vault } from '@threadbox/vault';
import type { z } from 'zod';
import type { PlatformLog } from './log.ts';

/** The bytes of a file that a person attached, not yet fetched. */
export type IncomingFile = {
  name: string;
  mediaType: string;
  /** In bytes, as the platform says; undefined where it doesn't. */
  size: number | undefined;
  open: () => Promise<AsyncIterable<Uint8Array>>;
};

/** What a message answers to, as far as the platform tells: enough for a reader to know what is meant. */
export type Quote = { author: string | undefined; text: string };

/** Something that happened on a platform, in words that are the same for all of them. */
export type Incoming = {
  /**
   * Our name for the event, from the platform's own ids: the same event delivered again has the same. A message's is made
   * from the message's id, so that an edit can name it.
   */
  eventId: string;
  place: Place;
} &
  /** `text` is Markdown where the author formatted it; mentions are readable names, the one of the bot itself left out. */
  (
    | { kind: 'message'; text: string; files: readonly IncomingFile[]; addressed?: boolean; quote?: Quote }
    /** The message that had the event id `of` now reads like this. */
    | { kind: 'edit'; of: string; text: string }
    /** `line` is what follows `/claude`. */
    | { kind: 'command'; line: string }
    /** `value` is the one that the button was given; `text` what was typed, where the button has a `prompt`. */
    | { kind: 'button'; value: string; text?: string }
    /** A reaction to a message of the bot's; `emoji` is the Unicode character, or a custom one's name. */
    | { kind: 'reaction'; emoji: string }
  );

/**
 * Takes an event in. Resolved: JetStream has it, so the platform may be told "received".
 * Rejected: it has not, and the platform must not be told so.
 */
export type Accept = (incoming: Incoming) => Promise<void>;

/** The half of a platform that the gateway runs: a connection, a poller, or HTTP routes. */
export type Listener = {
  /**
   * Of several gateways only one is to hear at a time: it holds a connection, or polls. Such a listener is started once at most, and
   * made anew for the next time; its `fetch` answers in all of them, started or not.
   */
  readonly alone?: boolean;
  /** Starts hearing. Throws `Misconfigured` where the platform refuses the token or an intent. */
  start: (accept: Accept) => Promise<void>;
  /** Answers an HTTP request below `/<prefix>/`; undefined where the platform has no routes. */
  fetch?: (request: Request) => Promise<Response>;
  /** Whether it hears right now; left out where the platform calls us. */
  isHearing?: () => boolean;
  /** Stops hearing; what was accepted stays accepted. */
  stop: () => Promise<void>;
};

/** One message as it will stand in the chat, already in the platform's own markup. Opaque to the relay. */
export type Part = { readonly text: string; readonly markup?: unknown };

/** A file for the people. */
export type OutgoingFile = { name: string; mediaType: string; bytes: Uint8Array };

/** What a finished text becomes: parts within the platform's limit, and long code as files. */
export type Rendering = { parts: readonly Part[]; files: readonly OutgoingFile[] };

/** How a new message is posted. */
export type PostOptions = {
  /** Names the post: see `capabilities.idempotentPost`. */
  key: string;
  /** An earlier post with this key may stand there already: a platform that can look for it, does. */
  retry?: boolean;
  buttons?: readonly Button[];
  /** The message is going to be edited many times soon: a platform with a streaming API begins a stream. */
  live?: boolean;
};

/** How a posted message is changed. */
export type EditOptions = {
  buttons?: readonly Button[];
  /** Only a look at work in progress: all that was written so far, Markdown, and how the work stands. */
  live?: { text: string; status: string };
};

/** How often a chat may be written to. */
export type Budget = {
  /** Conversations with the same one share the budget: the topics of a group, say. */
  chat: string;
  /**
   * Writes a minute, of any kind; Infinity where the platform's own answers say enough. Live edits use half of it at most;
   * what matters is only held back by the platform's own word.
   */
  perMinute: number;
  /** Milliseconds to leave between two live edits. */
  pace: number;
};

/** The half of a platform that the relay uses to write. Every method may throw the errors of `errors.ts`. */
export type Sender = {
  /** What the platform lacks degrades visibly. */
  readonly capabilities: {
    /** Without it only finals are posted. */
    readonly edit: boolean;
    /** The same key posted again gives the same message, so a post whose answer was lost can be repeated. */
    readonly idempotentPost: boolean;
    /** Without them choices are numbered lines, and people answer with the number. */
    readonly buttons: boolean;
  };
  readonly budget: (conversation: string) => Budget;
  /**
   * Markdown to parts. Total: never throws, never loses text, no part exceeds the platform's limit.
   * Markdown that shows nothing (blank, an empty fence) has no parts.
   */
  render: (markdown: string) => Rendering;
  /** Markdown that is still being written to one part: open fences closed, cut from the front to fit. */
  renderLive: (markdown: string, status: string) => Part;
  /** Posts a new message and tells its id. */
  post: (conversation: string, part: Part, options: PostOptions) => Promise<string>;
  /** Posts several messages as one call, all or none, and tells their ids; where the platform has such a call. */
  together?: {
    /** The most messages of one call. */
    readonly limit: number;
    post: (conversation: string, parts: readonly Part[], options: PostOptions) => Promise<readonly string[]>;
  };
  /** Shows work in progress beside the chat's messages, where the platform has such a thing: no placeholder is posted there then. */
  draft?: {
    isFor: (conversation: string) => boolean;
    /** `key` is a UUID: shown again under the same one, it is the same draft. */
    show: (conversation: string, key: string, part: Part) => Promise<void>;
  };
  /** Makes a posted message look like this; idempotent, "not modified" is success. No buttons given: buttons go. */
  edit: (conversation: string, messageId: string, part: Part, options: EditOptions) => Promise<void>;
  /** Posts a file and tells its message id. */
  postFile: (conversation: string, file: OutgoingFile, options: { key: string; retry?: boolean }) => Promise<string>;
  /** Shows that something is being written, for a few seconds. Never throws: it is a courtesy. */
  typing: (conversation: string) => Promise<void>;
  /**
   * Opens a thread of its own below a conversation whose `place.threads` is true, and tells the thread's conversation.
   * Throws `Refused` where the bot may not.
   */
  openThread?: (conversation: string, options: { title: string; key: string; retry?: boolean }) => Promise<string>;
  /** The session is over: archive the thread, purge what the platform keeps for us; keep the message with this id. */
  close: (conversation: string, keepMessageId: string | undefined) => Promise<void>;
  /**
   * What was posted, where the platform itself can tell: then nobody else has to keep account. There a post whose key was used before makes
   * that message look like this.
   */
  posted?: {
    /** The message that was posted with this key. */
    find: (conversation: string, key: string) => Promise<string | undefined>;
    /** The message that was posted or changed last. */
    last: (conversation: string) => Promise<string | undefined>;
  };
};

/** What the listener leaves for the sender of the same conversation: the last one counts. Gone once it is closed. */
export type Hints = {
  leave: (conversation: string, text: string) => Promise<void>;
  /** `at`: when it was left, in milliseconds since 1970. */
  find: (conversation: string) => Promise<{ text: string; at: number } | undefined>;
};

/** Files that people fetch from the gateway by an address nobody can guess, where a platform takes no files itself. */
export type Shelf = {
  /** Puts a file there for 30 days and tells its token, 43 characters that are safe in a path. */
  put: (file: OutgoingFile) => Promise<string>;
  get: (token: string) => Promise<OutgoingFile | undefined>;
};

/** What a platform's halves are given beside their settings. */
export type World = {
  /** What its conversations begin with: the platform's name, or `<name>-<bot>` for another bot of the same platform. */
  prefix: string;
  log: PlatformLog;
  /** For the chat page alone, whose messages stand on NATS. */
  bus: Bus;
  /** The platform's own small secrets (the token of an installed team). Undefined where no key was set: a platform that needs one says so. */
  vault: Vault | undefined;
  hints: Hints;
  shelf: Shelf;
  /** Milliseconds before the next attempt, by its number; made shorter by tests. */
  backOff?: (attempt: number) => number;
};

/** One thing that `doctor` looked at; `fix` is what to do about it, and undefined where it is well. */
export type Finding = { what: string; fix: string | undefined };

/** One half of a platform: its client library is loaded only once it is made. */
export type Half<Made> = {
  /** The variable that switches it on; undefined: always on. */
  readonly switch: string | undefined;
  /** Everything that it reads of the environment. */
  readonly settings: z.ZodObject;
  /** `values` are what `settings` made of the environment. */
  readonly create: (values: Values, world: World) => Promise<Made>;
  /** Asks the platform whether everything is as it must be: token, permissions, addresses. */
  readonly examine: (values: Values, prefix: string) => Promise<readonly Finding[]>;
};

type Values = Readonly<Record<string, unknown>>;

/** Makes a half, forgetting its settings' type, so that a registry can hold all of them. */
export const half = <Schema extends z.ZodObject, Made>(parts: {
  switch: string | undefined;
  settings: Schema;
  create: (settings: z.output<Schema>, world: World) => Promise<Made>;
  examine?: (settings: z.output<Schema>, prefix: string) => Promise<readonly Finding[]>;
}): Half<Made> => ({
  switch: parts.switch,
  settings: parts.settings,
  create: (values, world) => parts.create(values as z.output<Schema>, world),
  examine: (values, prefix) => parts.examine?.(values as z.output<Schema>, prefix) ?? Promise.resolve([]),
});

/** A platform: a folder, and a line in `platforms.ts`. */
export type Platform = {
  /** Lower-case letters; its principals and conversations begin with it. */
  readonly name: string;
  readonly hearing: Half<Listener>;
  readonly writing: Half<Sender>;
};
