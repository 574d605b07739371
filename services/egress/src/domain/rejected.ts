/** Something that was given cannot be worked with; the message says what. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
}
