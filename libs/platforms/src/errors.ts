/** The platform wants fewer calls: not before `retryAfter` milliseconds. */
export class RateLimited extends Error {
  override readonly name = 'RateLimited';
  readonly retryAfter: number;
  constructor(retryAfter: number, options?: ErrorOptions) {
    super(`the platform asks to wait ${retryAfter} ms`, options);
    this.retryAfter = retryAfter;
  }
}

/** The platform will never do this: the bot was removed, the chat is gone, the message cannot be edited. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: string;
  constructor(reason: string, options?: ErrorOptions) {
    super(`the platform refused: ${reason}`, options);
    this.reason = reason;
  }
}

/** The call went out and no answer came back: it may or may not have happened. */
export class Uncertain extends Error {
  override readonly name = 'Uncertain';
  constructor(options?: ErrorOptions) {
    super('the platform did not answer: the call may or may not have happened', options);
  }
}

/** The platform cannot work as it is set up; the message says what to change. */
export class Misconfigured extends Error {
  override readonly name = 'Misconfigured';
}
