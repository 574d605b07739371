/** The service cannot work as it is set up; the message says what to change. Chassis ends with exit code 78 for it. */
export class Misconfigured extends Error {
  override readonly name = 'Misconfigured';
}
