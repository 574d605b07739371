/**
 * Named points of a message's way, at which `npm run chaos` ends processes. Nothing here can end anything: a point is a word
 * on a diagnostics channel of Node's that nobody listens to, unless a program was started with a listener of its own
 * (`tools/chaos/src/inject.ts`). Unheard, one costs below a nanosecond.
 */
import { channel } from 'node:diagnostics_channel';

/** What a listener hears: `after commit session`, say. */
export type FaultPoint = `${'before' | 'after'} ${string} ${string}`;

const points = channel('threadbox:fault-point');

/** Marks a point: before or after a step (`publish`, `commit`, `ack`, …) with something. */
export const faultPoint = (when: 'before' | 'after', step: string, what: string): void => {
  if (points.hasSubscribers) points.publish(`${when} ${step} ${what}` satisfies FaultPoint);
};

/** Marks a point before and after each call of some of these functions, by their names; unheard, they are what they were. */
export const withFaultPoints = <Calls extends object>(
  step: string,
  calls: Calls,
  names: ReadonlyArray<keyof Calls & string>,
): Calls => {
  if (!points.hasSubscribers) return calls;
  const marked: Record<string, unknown> = {};
  for (const name of names) {
    const call = calls[name] as (...args: unknown[]) => unknown;
    marked[name] = (...args: unknown[]): unknown => {
      faultPoint('before', step, name);
      const result = call(...args);
      const after = (value: unknown): unknown => {
        faultPoint('after', step, name);
        return value;
      };
      return result instanceof Promise ? result.then(after) : after(result);
    };
  }
  return { ...calls, ...marked };
};
