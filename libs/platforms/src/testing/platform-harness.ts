import type { Place } from '@threadbox/schemas';
import type { Lacks } from './lacks.ts';
import type { Listener, Sender } from '../port.ts';

/** A file with its bytes, as a person attaches one and as people see one. */
export type SampleFile = { name: string; mediaType: string; bytes: Uint8Array };

/** A message of the bot as people see it now: text without markup, buttons by their labels. */
export type StandingMessage = { id: string; text: string; buttons: readonly string[]; file?: SampleFile };

/** Something a person did. `received` says whether the platform (or the page) was told that it has arrived. */
export type Deed = { received: () => boolean };

/** How the platform can fail on the next write of the sender (or, gone, on every one). */
export type Fault =
  /** It asks to wait this long. */
  | { kind: 'rate-limit'; retryAfter: number }
  /** It is broken for a moment (a 5xx); nothing happened. */
  | { kind: 'server-error' }
  /** It does what was asked, and the answer is lost on the way. */
  | { kind: 'lost-answer' }
  /** From now on the bot can no longer write to `place.conversation`. */
  | { kind: 'gone' };

/** What `platformContract` needs of a platform: both its halves, and a person at the other end. */
export type PlatformHarness = {
  /**
   * A fresh listener on the same platform, with the same settings, taking the place of the one before
   * (which the suite has stopped); not started yet. Deeds that were never received reach it too.
   */
  createListener: () => Listener;
  sender: Sender;
  /** Where the person is and who that is: what `accept` has to be told with each of the person's deeds. */
  place: Place;
  /** The most that one message may have, and how the platform counts the text people see. */
  limit: number;
  /** The id of a message that was never posted, in the platform's own shape; digits if left out. */
  unknownMessage?: string;
  measure: (text: string) => number;
  /** A person at work in `place`. Each resolves once the platform took it from the person, whether or not we did. */
  person: {
    say: (text: string, file?: SampleFile) => Promise<Deed>;
    /** `/claude <line>`, the way people give commands there. */
    command: (line: string) => Promise<Deed>;
    press: (messageId: string, label: string) => Promise<Deed>;
    /** Changes what was said last; where the platform tells of it. */
    edit?: (text: string) => Promise<Deed>;
    /** Reacts to a message of the bot's with 👍; where the platform tells of it. */
    react?: (messageId: string) => Promise<Deed>;
    /** The platform delivers what was delivered last once more, unchanged (a retry that was not needed). */
    redeliver: () => Promise<void>;
  };
  /** The bot's messages in `place.conversation` as they stand now, oldest first; a file that is a link counts as its file. */
  standing: () => Promise<readonly StandingMessage[]>;
  /** Makes the sender's next write fail that way. Called only with the faults that the suite was given. */
  fail: (fault: Fault) => Promise<void>;
  /** Ends it all: servers, connections. The suite has stopped its listeners before. */
  close: () => Promise<void>;
};

/** A new harness for each test, and which faults the platform can have at all. */
export type PlatformUnderTest = {
  createHarness: () => Promise<PlatformHarness>;
  lacks?: Lacks;
  faults: readonly Fault['kind'][];
};
