/** What a sandbox needs to come up. Secrets are its own, short-lived, and good for nothing else. */
export type SandboxSpec = {
  id: string;
  agent: string;
  /** Its NATS credentials: publish its own output, pull its own input. */
  natsCreds: string;
  /** What it presents to egress instead of a model key. */
  modelToken: string;
};

/**
 * Where sandboxes run: a port, with one contract suite that every driver passes. Level-triggered: each call says
 * how a sandbox should be, and saying it again is harmless.
 */
export type Driver = {
  /**
   * It runs, or is on its way: created where there was none, else resumed with its files. Throws `SandboxUnavailable` in plain
   * words; what goes wrong later is told by `onExit`.
   */
  start: (spec: SandboxSpec) => Promise<void>;
  /** It does not run; its files are kept. */
  stop: (id: string) => Promise<void>;
  /** Nothing of it is left: no process, no file. */
  remove: (id: string) => Promise<void>;
  /** Every sandbox that exists here, and whether it runs. */
  list: () => Promise<ReadonlyArray<{ id: string; running: boolean }>>;
  /**
   * Calls back when a sandbox that should run does not, with why in plain words: it ended by itself; or it used more than it may,
   * or never came up. Those two would only do so again, so they are not to be brought up before somebody asks for them.
   */
  onExit: (listener: (id: string, reason: string, how: Exit) => void) => void;
  /** The pool of those that wait to be taken, where there is one: how many are ready, as last seen, and how many should be. */
  pool?: () => { ready: number; wanted: number };
  /** Ends what this process holds. Local sandboxes end with it, their files are kept; those in a cluster outlive us. */
  close: () => Promise<void>;
};

/** How a sandbox came not to run. */
type Exit = 'died' | 'over-limit' | 'cannot-start';

/** A sandbox cannot be brought up; the message says why in plain words and what to do. */
export class SandboxUnavailable extends Error {
  override readonly name = 'SandboxUnavailable';
}
