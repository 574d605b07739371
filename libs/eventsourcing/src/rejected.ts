/** A command that may not be carried out. The reason is a word of the domain, for the edge to put into a sentence. */
export class Rejected<Reason extends string = string> extends Error {
  override readonly name = 'Rejected';
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(`rejected: ${reason}`);
    this.reason = reason;
  }
}
