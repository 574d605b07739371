/**
 * One stream as a file, and back: the server's own snapshot, with places, times, gaps and consumers as they are. The server sends
 * and takes pieces, each acknowledged before it goes on (ADR-1 and the API reference of NATS, “STREAM.SNAPSHOT”, “STREAM.RESTORE”).
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInbox, type NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';

/** What is to be known of a stream beside its file. */
export const CopiedStream = z.object({
  name: z.string().regex(/^[A-Z]+$/),
  file: z.string().regex(/^[A-Z]+\.tar\.s2$/),
  bytes: z.int().nonnegative(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** As the server told them: it wants them back as they are. */
  config: z.looseObject({ name: z.string() }),
  state: z.looseObject({ messages: z.int(), first_seq: z.int(), last_seq: z.int() }),
});
export type CopiedStream = z.infer<typeof CopiedStream>;

const CHUNK = 128 * 1024;
/** How long the server may be silent, in milliseconds. */
const PATIENCE = 30_000;

const Failed = z.object({ error: z.object({ description: z.string() }) });
const Snapshot = z.object({ config: CopiedStream.shape.config, state: CopiedStream.shape.state });
const Restore = z.object({ deliver_subject: z.string() });

const ask = async (nc: NatsConnection, subject: string, request: object): Promise<unknown> => {
  const answer = (await nc.request(subject, JSON.stringify(request), { timeout: PATIENCE })).json();
  const failed = Failed.safeParse(answer);
  if (failed.success) throw new Error(`NATS refuses ${subject}: ${failed.data.error.description}`);
  return answer;
};

/** Copies a stream into a new file, which is on the disk when this resolves. */
export const copyStream = async (
  nc: NatsConnection,
  name: string,
  path: string,
): Promise<Omit<CopiedStream, 'file'>> => {
  const inbox = createInbox('_INBOX.admin');
  const pieces = nc.subscribe(inbox);
  const file = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  let heard: NodeJS.Timeout | undefined;
  const listen = (): void => {
    clearTimeout(heard);
    heard = setTimeout(() => pieces.unsubscribe(), PATIENCE);
  };
  try {
    const request = { deliver_subject: inbox, chunk_size: CHUNK, no_consumers: false };
    const { config, state } = Snapshot.parse(await ask(nc, `$JS.API.STREAM.SNAPSHOT.${name}`, request));
    let isWhole = false;
    listen();
    for await (const piece of pieces) {
      listen();
      if (piece.data.length === 0) {
        const status = piece.headers?.code ?? 0;
        if (status >= 400) throw new Error(`NATS gave up copying ${name}: ${piece.headers?.description ?? status}`);
        isWhole = true;
        break;
      }
      hash.update(piece.data);
      bytes += piece.data.length;
      await file.writeFile(piece.data);
      piece.respond();
    }
    if (!isWhole) throw new Error(`NATS stopped copying ${name} in the middle`);
    await file.sync();
    return { name, bytes, sha256: hash.digest('hex'), config, state };
  } finally {
    clearTimeout(heard);
    pieces.unsubscribe();
    await file.close();
  }
};

/** Makes a stream from a file, as it was; no stream of its name may be there. */
export const restoreStream = async (
  nc: NatsConnection,
  { name, config, state }: CopiedStream,
  path: string,
): Promise<void> => {
  const answer = await ask(nc, `$JS.API.STREAM.RESTORE.${name}`, { config, state });
  const { deliver_subject: to } = Restore.parse(answer);
  const give = async (piece: Uint8Array): Promise<Uint8Array> =>
    (await nc.request(to, piece, { timeout: PATIENCE })).data;
  for await (const piece of createReadStream(path, { highWaterMark: CHUNK })) {
    const word = await give(piece as Buffer);
    if (word.length > 0) throw new Error(`NATS refuses ${name}: ${new TextDecoder().decode(word)}`);
  }
  const end: unknown = JSON.parse(new TextDecoder().decode(await give(new Uint8Array())));
  const failed = Failed.safeParse(end);
  if (failed.success) throw new Error(`NATS could not restore ${name}: ${failed.data.error.description}`);
};

/** The checksum of a file, and how long it is. */
export const sumOfFile = async (path: string): Promise<{ bytes: number; sha256: string }> => {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const piece of createReadStream(path)) {
    hash.update(piece as Buffer);
    bytes += (piece as Buffer).length;
  }
  return { bytes, sha256: hash.digest('hex') };
};
