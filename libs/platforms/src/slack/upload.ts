/**
 * A file for the people goes up in three steps: Slack names an address, the bytes go there, and the file is shared.
 * Only the last step shows anything. A file that may have been shared is asked for by its id, so none appears twice.
 */
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import { Refused } from '../errors.ts';
import type { OutgoingFile } from '../port.ts';
import type { SlackClient } from './client.ts';
import type { Address } from './conversation.ts';
import { calling, toPortError } from './errors.ts';
import { findMessage } from './find.ts';
import { isSlackAddress } from './hosts.ts';

/** How long the bytes may take, in milliseconds. */
const UPLOAD = 120_000;
/** How often Slack is asked where it put the file; it takes a moment. */
const LOOKS = 4;

const shares = z.record(z.string(), z.array(z.object({ ts: z.string() }))).optional();
const shared = z.object({ shares: z.object({ public: shares, private: shares }).optional() });

const messageIn = (file: unknown, channel: string): string | undefined => {
  const found = shared.safeParse(file).data?.shares;
  return (found?.public?.[channel] ?? found?.private?.[channel])?.[0]?.ts;
};

const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Where a file was shared; undefined where it is not (yet). */
const lookUp = async (client: SlackClient, id: string, channel: string, looks: number): Promise<string | undefined> => {
  for (let look = 0; look < looks; look += 1) {
    if (look > 0) await sleep(250 * 2 ** look);
    const { file } = await calling('files.info', true, () => client.files.info({ file: id }));
    const ts = messageIn(file, channel);
    if (ts !== undefined) return ts;
  }
  return undefined;
};

const send = async (address: string, bytes: Uint8Array): Promise<void> => {
  const body = new Blob([new Uint8Array(bytes)]);
  const signal = AbortSignal.timeout(UPLOAD);
  const response = await fetch(address, { method: 'POST', body, redirect: 'error', signal }).catch(() => undefined);
  await response?.body?.cancel();
  if (response === undefined) throw new Error('the bytes of a file did not reach Slack');
  if (response.status === 413) throw new Refused('the file is too large for Slack');
  if (!response.ok) throw new Error(`the bytes of a file did not reach Slack (status ${response.status})`);
};

/** Shares files; remembers those that may have been shared. */
export const createUploader = (
  apiRoot: string,
): ((
  client: SlackClient,
  where: Address,
  file: OutgoingFile,
  options: { key: string; retry?: boolean },
) => Promise<string>) => {
  const begun = new LRUCache<string, string>({ max: 1000 });

  const stands = async (client: SlackClient, where: Address, file: OutgoingFile, key: string) => {
    const id = begun.get(key);
    if (id !== undefined) return lookUp(client, id, where.channel, 1);
    // After a restart only the message tells. Old ones don't count: an agent writes files of one name again and again.
    const since = Date.now() / 1000 - 15 * 60;
    const found = await findMessage(client, where, ({ ts, files = [] }) =>
      files.some(({ name, size }) => Number(ts) > since && name === file.name && size === file.bytes.byteLength),
    );
    return found?.ts;
  };

  return async (client, where, file, { key, retry = false }) => {
    const { channel, thread } = where;
    const before = retry ? await stands(client, where, file, key) : undefined;
    if (before !== undefined) return before;
    const filename = file.name;
    const length = file.bytes.byteLength;
    const { upload_url: address, file_id: id } = await calling('files.getUploadURLExternal', true, () =>
      client.files.getUploadURLExternal({ filename, length }),
    );
    if (address === undefined || id === undefined || !isSlackAddress(address, apiRoot))
      throw new Error('Slack named no address of its own for a file');
    await send(address, file.bytes);
    begun.set(key, id);
    const destination = thread === undefined ? { channel_id: channel } : { channel_id: channel, thread_ts: thread };
    try {
      const { files } = await client.files.completeUploadExternal({ files: [{ id, title: filename }], ...destination });
      return messageIn(files?.[0], channel) ?? (await lookUp(client, id, channel, LOOKS)) ?? id;
    } catch (error) {
      const problem = toPortError(error, { method: 'files.completeUploadExternal', repeatable: false });
      if (problem instanceof Refused) begun.delete(key);
      throw problem;
    }
  };
};
