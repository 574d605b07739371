/**
 * An immutable map for very many keys: a change copies a small part of it, where a change of a plain object copies all of it. For
 * states that are folded from long logs. It is plain data, so it can be stored as it is.
 */
export type IndexByKey<Value> = {
  readonly size: number;
  readonly shards: ReadonlyArray<Readonly<Record<string, Value>> | undefined>;
};

/** At 100,000 keys a change copies 100 of them and this list. */
const SHARDS = 1024;

/** An index of nothing. */
export const emptyIndex: IndexByKey<never> = { size: 0, shards: Array.from({ length: SHARDS }, () => undefined) };

/** FNV-1a: even over ids of any kind. */
const shardOf = (key: string): number => {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % SHARDS;
};

const replaced = <Value>({ shards }: IndexByKey<Value>, at: number, shard: Readonly<Record<string, Value>>) =>
  shards.with(at, shard);

/** What stands under a key; undefined where nothing does. */
export const valueAt = <Value>({ shards }: IndexByKey<Value>, key: string): Value | undefined => {
  const shard = shards[shardOf(key)];
  return shard !== undefined && Object.hasOwn(shard, key) ? shard[key] : undefined;
};

/** The index with this under a key. */
export const put = <Value>(index: IndexByKey<Value>, key: string, value: Value): IndexByKey<Value> => {
  const place = shardOf(key);
  const shard = index.shards[place] ?? {};
  const size = Object.hasOwn(shard, key) ? index.size : index.size + 1;
  // Computed, so that `__proto__` is a key like any other.
  return { size, shards: replaced(index, place, { ...shard, [key]: value }) };
};

/** The index with nothing under a key. */
export const drop = <Value>(index: IndexByKey<Value>, key: string): IndexByKey<Value> => {
  const place = shardOf(key);
  const shard = index.shards[place];
  if (shard === undefined || !Object.hasOwn(shard, key)) return index;
  const { [key]: _gone, ...rest } = shard;
  return { size: index.size - 1, shards: replaced(index, place, rest) };
};
