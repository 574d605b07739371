/** Passes a call on at most once in so many milliseconds; the others are dropped. */
export const rarely = <Value>(milliseconds: number, tell: (value: Value) => void): ((value: Value) => void) => {
  let quietUntil = -Infinity;
  return (value) => {
    if (performance.now() < quietUntil) return;
    quietUntil = performance.now() + milliseconds;
    tell(value);
  };
};
