import type { IncomingMessage } from 'node:http';
import { BotApiError } from './fake-bot-chats.ts';
import type { FakeFile } from './fake-bot-methods.ts';

/** What a call brought: its parameters, and files by the names of their parts. */
export type Call = { input: Record<string, unknown>; files: ReadonlyMap<string, FakeFile> };

/** Telegram takes files of up to 50 MB. */
const LIMIT = 52 * 1024 * 1024;

const readAll = async (request: IncomingMessage): Promise<Buffer<ArrayBuffer>> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.byteLength;
    if (size > LIMIT) throw new BotApiError(413, 'Request Entity Too Large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};

const readForm = async (body: Buffer<ArrayBuffer>, type: string): Promise<Call> => {
  const form = await new Response(body, { headers: { 'content-type': type } }).formData();
  const input: Record<string, unknown> = {};
  const files = new Map<string, FakeFile>();
  for (const [name, value] of form.entries()) {
    if (typeof value === 'string') input[name] = parse(value);
    else files.set(name, { name: value.name, mediaType: value.type, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  return { input, files };
};

/** Reads the parameters of a call: JSON, or a form with files. */
export const readCall = async (request: IncomingMessage): Promise<Call> => {
  const type = request.headers['content-type'] ?? '';
  const body = await readAll(request);
  if (type.startsWith('multipart/form-data')) return readForm(body, type);
  if (body.byteLength === 0) return { input: {}, files: new Map() };
  const input = parse(body.toString('utf8'));
  if (typeof input !== 'object' || input === null) throw new BotApiError(400, 'Bad Request: can not parse JSON');
  return { input: input as Call['input'], files: new Map() };
};
