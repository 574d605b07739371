import type { Button, Place } from '@threadbox/schemas';

/** The bytes of a file that a person attached, not yet fetched. */
export type IncomingFile = {
  name: string;
  mediaType: string;
  /** In bytes, as the platform says; undefined where it doesn't. */
  size: number | undefined;
  open: () => Promise<AsyncIterable<Uint8Array>>;
};

/** Something that happened on a platform, in words that are the same for all of them. */
export type Incoming = {
  /** The platform's own id of the event: the same event delivered again has the same id. */
  eventId: string;
  place: Place;
} & (
  | { kind: 'message'; text: string; files: readonly IncomingFile[] }
  /** `line` is what follows `/claude`. */
  | { kind: 'command'; line: string }
  /** `value` is the one that the button was given. */
  | { kind: 'button'; value: string }
);

/**
 * Takes an event in. Resolved: JetStream has it, so the platform may be told "received".
 * Rejected: it has not, and the platform must not be told so.
 */
export type Accept = (incoming: Incoming) => Promise<void>;

/** The half of a platform that the gateway runs: a connection, a poller, or HTTP routes. */
export type Listener = {
  /** Starts hearing. Throws `Misconfigured` where the platform refuses the token or an intent. */
  start: (accept: Accept) => Promise<void>;
  /** Answers an HTTP request below `/<platform>/`; undefined where the platform has no routes. */
  fetch?: (request: Request) => Promise<Response>;
  /** Stops hearing; what was accepted stays accepted. */
  stop: () => Promise<void>;
};

/** One message as it will stand in the chat, already in the platform's own markup. Opaque to the relay. */
export type Part = { readonly text: string; readonly markup?: unknown };

/** A file for the people. */
export type OutgoingFile = { name: string; mediaType: string; bytes: Uint8Array };

/** What a finished text becomes: parts within the platform's limit, and long code as files. */
export type Rendering = { parts: readonly Part[]; files: readonly OutgoingFile[] };

/** The half of a platform that the relay uses to write. Every method may throw the errors of `errors.ts`. */
export type Sender = {
  /** What the platform lacks degrades: without `edit`, only finals are posted. */
  readonly capabilities: {
    readonly edit: boolean;
    /** The same key posted again gives the same message, so a post whose answer was lost can be repeated. */
    readonly idempotentPost: boolean;
  };
  /** Milliseconds to leave between two writes to this conversation while streaming. */
  readonly pace: (conversation: string) => number;
  /**
   * Markdown to parts. Total: never throws, never loses text, no part exceeds the platform's limit.
   * Markdown that shows nothing (blank, an empty fence) has no parts.
   */
  render: (markdown: string) => Rendering;
  /** Markdown that is still being written to one part: open fences closed, cut from the front to fit. */
  renderLive: (markdown: string, status: string) => Part;
  /** Posts a new message and tells its id. `key` names it: see `capabilities.idempotentPost`. */
  post: (conversation: string, part: Part, options: { key: string; buttons?: readonly Button[] }) => Promise<string>;
  /** Makes a posted message look like this; idempotent, "not modified" is success. No buttons given: buttons go. */
  edit: (
    conversation: string,
    messageId: string,
    part: Part,
    options: { buttons?: readonly Button[] },
  ) => Promise<void>;
  /** Posts a file and tells its message id. */
  postFile: (conversation: string, file: OutgoingFile, options: { key: string }) => Promise<string>;
  /** Shows that something is being written, for a few seconds. Never throws: it is a courtesy. */
  typing: (conversation: string) => Promise<void>;
  /** The session is over: archive the thread, purge what the platform keeps for us; keep the message with this id. */
  close: (conversation: string, keepMessageId: string | undefined) => Promise<void>;
};

/** A platform: what it needs of the environment is in its own `settings` schema; each half is made where it is used. */
export type Platform<Settings, World> = {
  readonly name: string;
  createListener: (settings: Settings, world: World) => Listener;
  createSender: (settings: Settings, world: World) => Sender;
};
