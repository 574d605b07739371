/** Writes of the bot, with what discord-digital-twin lacks: nonces, uploads, limits, folded threads, thread ids. */
import { ChannelType } from 'discord.js';
import type { z } from 'zod';
import { ChangedMessage, NewMessage, NewThread } from './discord-checks.ts';
import type { DiscordState } from './discord-state.ts';
import type { SampleFile } from './platform-harness.ts';

/** A call of the bot's, as it came in. */
export type DiscordCall = {
  method: string;
  /** Below `/api/v10`. */
  path: string;
  query: string;
  url: string;
  headers: Headers;
  body: Buffer;
};

/** Passes a call on to the twin. */
export type Forward = (method: string, path: string, body?: unknown) => Promise<Response>;

/** An answer in which Discord refuses. */
export const refusal = (status: number, code: number, message: string): Response =>
  Response.json({ code, message }, { status });

type Upload = { body: unknown; files: SampleFile[] };

const readUpload = async ({ headers, body }: DiscordCall): Promise<Upload> => {
  const type = headers.get('content-type') ?? '';
  if (!type.startsWith('multipart/')) return { body: JSON.parse(body.toString('utf8')) as unknown, files: [] };
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const files: SampleFile[] = [];
  for (const [name, value] of form)
    if (name.startsWith('files[') && typeof value !== 'string')
      files.push({ name: value.name, mediaType: value.type, bytes: new Uint8Array(await value.arrayBuffer()) });
  const payload = form.get('payload_json');
  return { body: JSON.parse(typeof payload === 'string' ? payload : '{}') as unknown, files };
};

const check = <Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> | Response => {
  const parsed = schema.safeParse(body);
  return parsed.success ? parsed.data : refusal(400, 50035, `Invalid Form Body: ${parsed.error.message}`);
};

/** Makes a file of the stand-in's an attachment of a message, with an address on its own CDN. */
export const attach = (state: DiscordState, origin: string, file: SampleFile): Record<string, unknown> => {
  const id = String(9_000_000_000_000_000 + state.files.size);
  state.files.set(id, file);
  const url = `${origin}/cdn/${id}/${encodeURIComponent(file.name)}`;
  return { id, filename: file.name, content_type: file.mediaType, size: file.bytes.byteLength, url, proxy_url: url };
};

/** Posts a message; the same nonce again gives the message that is there. */
export const createMessage = async (
  state: DiscordState,
  call: DiscordCall,
  forward: Forward,
  channel: string,
): Promise<Response> => {
  const upload = await readUpload(call);
  const body = check(NewMessage, upload.body);
  if (body instanceof Response) return body;
  const { prisma } = state.twin;
  const earlier = state.nonces.get(body.nonce);
  if (earlier !== undefined) return forward('GET', `/channels/${channel}/messages/${earlier}`);
  const found = await prisma.channel.findUnique({ where: { id: channel } });
  if (found?.archived === true) await prisma.channel.update({ where: { id: channel }, data: { archived: false } });
  const { attachments: _, ...rest } = body;
  const answer = await forward('POST', call.path, rest);
  if (!answer.ok) return answer;
  const message = (await answer.json()) as Record<string, unknown>;
  state.nonces.set(body.nonce, String(message['id']));
  if (upload.files.length === 0) return Response.json(message);
  const attachments = upload.files.map((file) => attach(state, call.url, file));
  const where = { id: String(message['id']) };
  await prisma.message.update({ where, data: { attachments: JSON.stringify(attachments) } });
  return Response.json({ ...message, attachments });
};

/** Changes a message; not in a thread that is folded away. */
export const changeMessage = async (
  state: DiscordState,
  call: DiscordCall,
  forward: Forward,
  channel: string,
): Promise<Response> => {
  const body = check(ChangedMessage, JSON.parse(call.body.toString('utf8')));
  if (body instanceof Response) return body;
  const found = await state.twin.prisma.channel.findUnique({ where: { id: channel } });
  if (found?.archived === true) return refusal(400, 50083, 'Thread is archived');
  return forward('PATCH', call.path, body);
};

/** Starts a thread from a message; as on Discord, it has the message's id. */
export const createThread = async (
  { twin, gateway }: DiscordState,
  { body }: DiscordCall,
  [parent, id]: readonly [string, string],
): Promise<Response> => {
  const thread = check(NewThread, JSON.parse(body.toString('utf8')));
  if (thread instanceof Response) return thread;
  const message = await twin.prisma.message.findUnique({ where: { id } });
  if (message?.channelId !== parent) return refusal(404, 10008, 'Unknown Message');
  if (await twin.prisma.channel.findUnique({ where: { id } }))
    return refusal(400, 160004, 'A thread has already been created for this message');
  const above = await twin.prisma.channel.findUniqueOrThrow({ where: { id: parent } });
  await twin.prisma.channel.create({
    data: {
      id,
      guildId: above.guildId,
      type: ChannelType.PublicThread,
      name: thread.name,
      parentId: parent,
      ownerId: twin.botUserId,
      starterMessageId: id,
      autoArchiveDuration: thread.auto_archive_duration,
    },
  });
  const channel = await twin.channel(id).getChannel();
  gateway.tell('THREAD_CREATE', { ...channel, newly_created: true });
  return Response.json(channel, { status: 201 });
};
