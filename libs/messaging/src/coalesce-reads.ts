/**
 * Makes one of the reads of a key that are asked for at the same time: whoever asks while one is under way is given the answer of the
 * next, which is asked for after that, so that nobody learns less than alone. `read` must not throw but reject.
 */
export const coalesceReads = <Value>(read: (key: string) => Promise<Value>): ((key: string) => Promise<Value>) => {
  const underWay = new Map<string, Promise<Value>>();
  const next = new Map<string, Promise<Value>>();

  const begin = (key: string): Promise<Value> => {
    next.delete(key);
    const reading = read(key);
    underWay.set(key, reading);
    const end = (): void => {
      if (!next.has(key)) underWay.delete(key);
    };
    reading.then(end, end);
    return reading;
  };

  return (key) => {
    const reading = underWay.get(key);
    if (!reading) return begin(key);
    const again = next.get(key) ?? reading.catch(() => undefined).then(() => begin(key));
    next.set(key, again);
    return again;
  };
};
