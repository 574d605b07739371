import { commandLine, FILE_BYTES, streams, webFileSubject, type Place } from '@threadbox/schemas';
import type { Bus } from '@threadbox/messaging';
import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { HTTPException } from 'hono/http-exception';
import { z } from 'zod';
import type { Accept, IncomingFile, Shelf } from '../port.ts';
import { eventStream } from './events.ts';
import { createSessions, LOGIN_SECONDS } from './sessions.ts';
import { SECURITY_HEADERS, staticFile } from './static-files.ts';
import type { WebMessage } from './message.ts';
import { createStore } from './store.ts';

const COOKIE = 'threadbox';
const JSON_BYTES = 512 * 1024;
/** A message's files together with its text, and the little that the form adds. */
const FORM_BYTES = FILE_BYTES + 1024 * 1024;
/** Wrong tokens a minute, from everybody together, before logins have to wait. */
const WRONG_TOKENS = 30;

const ThreadId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/);
const Login = z.object({ token: z.string().max(500) });
const Said = z.object({ id: z.uuid(), text: z.string().max(100_000) });
const Pressed = z.object({ id: z.uuid(), value: z.string().min(1).max(64), text: z.string().max(4000).optional() });
const Changed = z.object({ id: z.uuid(), text: z.string().min(1).max(100_000) });
/** One emoji as a person sees it: a single grapheme that is drawn as a picture. */
const Emoji = z
  .string()
  .max(32)
  .refine((text) => /^\p{RGI_Emoji}$/v.test(text), 'not an emoji');
const Reacted = z.object({ id: z.uuid(), emoji: Emoji });
/** The most different reactions of one message. */
const REACTIONS = 20;
const Titled = z.object({ title: z.string().max(60) });

type Env = { Variables: { user: string } };

const parse = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> => {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new HTTPException(400, { message: z.prettifyError(parsed.error) });
  return parsed.data;
};

const json = async (c: Context): Promise<unknown> => {
  if (!(c.req.header('content-type') ?? '').startsWith('application/json'))
    throw new HTTPException(415, { message: 'the body must be JSON' });
  return c.req.json().catch(() => {
    throw new HTTPException(400, { message: 'the body is not JSON' });
  });
};

const incomingFile = (file: File): IncomingFile => ({
  name: file.name || 'file',
  mediaType: file.type || 'application/octet-stream',
  size: file.size,
  open: () => Promise.resolve(file.stream() as AsyncIterable<Uint8Array>),
});

/** Reads what a refused request still sends, up to a bound, so that its sender sees the refusal and not a broken line. */
const readAway = async (body: ReadableStream<Uint8Array> | null): Promise<void> => {
  let read = 0;
  try {
    for await (const chunk of body ?? []) {
      read += chunk.byteLength;
      if (read > FORM_BYTES) return;
    }
  } catch {
    // Read elsewhere already, or cut off.
  }
};

/** The page and its API; see API.md beside this file for what it promises. */
export const createRoutes = (options: {
  users: ReadonlyMap<string, string>;
  bus: Bus;
  shelf: Shelf;
  accept: () => Accept;
  signal: AbortSignal;
}): Hono<Env> => {
  const { users, bus, shelf, accept, signal } = options;
  const sessions = createSessions(users);
  const store = createStore(bus);
  let wrongTokens: number[] = [];
  const app = new Hono<Env>();

  app.use(async (c, next) => {
    await next();
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.res.headers.set(name, value);
  });
  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.json({ error: error.message }, error.status);
    // Not taken: the sender is to try again, with the same id.
    return c.json({ error: 'not taken: try again in a moment' }, 503);
  });
  app.notFound((c) => c.json({ error: 'there is nothing here' }, 404));

  const tooLarge = async (c: Context): Promise<Response> => {
    await readAway(c.req.raw.body);
    return c.json({ error: 'too large' }, 413);
  };
  // A form may carry files; whatever else arrives is small, and is cut off before anything is parsed.
  app.use('/web/api/*', (c, next) => {
    const isForm = (c.req.header('content-type') ?? '').startsWith('multipart/form-data');
    const maxSize = isForm ? FORM_BYTES : JSON_BYTES;
    const declared = c.req.header('content-length');
    // HTTP ends a body where its length says: then nobody has to count, which would make streams of every message.
    if (declared !== undefined && c.req.header('transfer-encoding') === undefined)
      return Number(declared) > maxSize ? tooLarge(c) : next();
    return bodyLimit({ maxSize, onError: tooLarge })(c, next);
  });
  // With SameSite=Strict a second wall: no other site may write in a user's name.
  app.use('/web/api/*', async (c, next) => {
    const origin = c.req.header('origin');
    if (c.req.method !== 'GET' && origin !== undefined && URL.parse(origin)?.host !== c.req.header('host')) {
      throw new HTTPException(403, { message: 'not from another site' });
    }
    await next();
  });

  app.post('/web/api/login', async (c) => {
    const now = Date.now();
    wrongTokens = wrongTokens.filter((at) => now - at < 60_000);
    if (wrongTokens.length >= WRONG_TOKENS) return c.json({ error: 'too many wrong tokens: wait a minute' }, 429);
    const { token } = parse(Login, await json(c));
    const user = sessions.byToken(token);
    if (user === undefined) {
      wrongTokens.push(now);
      return c.json({ error: 'this token opens nothing; the right one was printed when Threadbox started' }, 401);
    }
    const secure = c.req.header('x-forwarded-proto') === 'https' || c.req.url.startsWith('https:');
    setCookie(c, COOKIE, sessions.issue(user), {
      httpOnly: true,
      sameSite: 'Strict',
      path: '/',
      maxAge: LOGIN_SECONDS,
      secure,
    });
    return c.json({ user });
  });

  app.use('/web/api/*', async (c, next) => {
    const bearer = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    const user = bearer === undefined ? sessions.byCookie(getCookie(c, COOKIE) ?? '') : sessions.byToken(bearer);
    if (user === undefined) throw new HTTPException(401, { message: 'log in first' });
    c.set('user', user);
    await next();
  });

  const place = (user: string, thread: string): Place => ({
    platform: 'web',
    workspace: 'web:local',
    conversation: `web:${user}~${thread}`,
    direct: true,
    author: { id: `web:${user}`, name: user },
  });
  const threadOf = (c: Context<Env>): string => {
    const parsed = ThreadId.safeParse(c.req.param('thread'));
    if (!parsed.success) throw new HTTPException(404, { message: 'there is no such thread' });
    return parsed.data;
  };

  app.get('/web/api/me', (c) => c.json({ user: c.get('user') }));
  app.post('/web/api/logout', (c) => {
    deleteCookie(c, COOKIE, { path: '/' });
    return c.json({});
  });

  app.put('/web/api/threads/:thread', async (c) => {
    const { conversation } = place(c.get('user'), threadOf(c));
    const { title } = parse(Titled, await json(c));
    const there = await store.thread(conversation);
    await store.writeThread(conversation, { ...there, title, created: there?.created ?? Date.now() });
    return c.json({}, 200);
  });

  app.post('/web/api/threads/:thread/messages', async (c) => {
    const here = place(c.get('user'), threadOf(c));
    const isForm = (c.req.header('content-type') ?? '').startsWith('multipart/form-data');
    const form = isForm
      ? await c.req.formData().catch(() => {
          throw new HTTPException(400, { message: 'the form cannot be read' });
        })
      : undefined;
    const { id, text } = parse(Said, form ? { id: form.get('id'), text: form.get('text') ?? '' } : await json(c));
    const files = (form?.getAll('file') ?? []).filter((value) => value instanceof File);
    if (text.trim() === '' && files.length === 0) throw new HTTPException(400, { message: 'say something' });
    const { conversation } = here;
    const event = { eventId: `${conversation}/${id}`, place: here };
    const line = files.length === 0 ? commandLine(text) : undefined;
    const shown = files.map(({ name, type, size }) => ({ name, mediaType: type, size }));
    // Side by side: where one of them fails, all of it is sent again. What stands there already may have been edited since, and stays.
    await Promise.all([
      store.createMessage(conversation, { id, author: 'person', text, buttons: [], files: shown, created: Date.now() }),
      store.openThread(conversation, text || files[0]?.name || ''),
      accept()(
        line === undefined
          ? { ...event, kind: 'message', text, files: files.map(incomingFile) }
          : { ...event, kind: 'command', line },
      ),
    ]);
    return c.json({ id }, 202);
  });

  app.post('/web/api/threads/:thread/presses', async (c) => {
    const here = place(c.get('user'), threadOf(c));
    const { id, value, text } = parse(Pressed, await json(c));
    const typed = text === undefined ? {} : { text };
    await accept()({ eventId: `${here.conversation}/${id}`, place: here, kind: 'button', value, ...typed });
    return c.json({ id }, 202);
  });

  const messageOf = async (
    c: Context<Env>,
    conversation: string,
    author: WebMessage['author'],
  ): Promise<WebMessage> => {
    const id = z.uuid().safeParse(c.req.param('message'));
    const message = id.success ? await store.message(conversation, id.data) : undefined;
    if (message?.author !== author) throw new HTTPException(404, { message: 'there is no such message' });
    return message;
  };

  app.put('/web/api/threads/:thread/messages/:message', async (c) => {
    const here = place(c.get('user'), threadOf(c));
    const { conversation } = here;
    const { id, text } = parse(Changed, await json(c));
    const { type: _, thread: __, ...message } = await messageOf(c, conversation, 'person');
    if (commandLine(message.text) !== undefined) throw new HTTPException(400, { message: 'a command stays as it was' });
    await store.writeMessage(conversation, { ...message, text, edited: Date.now() });
    const of = `${conversation}/${message.id}`;
    await accept()({ eventId: `${conversation}/${id}`, place: here, kind: 'edit', of, text });
    return c.json({ id }, 202);
  });

  app.post('/web/api/threads/:thread/messages/:message/reactions', async (c) => {
    const here = place(c.get('user'), threadOf(c));
    const { conversation } = here;
    const { id, emoji } = parse(Reacted, await json(c));
    const message = await messageOf(c, conversation, 'bot');
    const there = await store.reactions(conversation, message.id);
    if (there.length >= REACTIONS) throw new HTTPException(400, { message: 'that is enough' });
    if (!there.includes(emoji)) await store.writeReactions(conversation, message.id, [...there, emoji]);
    await accept()({ eventId: `${conversation}/${id}`, place: here, kind: 'reaction', emoji });
    return c.json({ id }, 202);
  });

  app.delete('/web/api/threads/:thread/messages/:message/reactions/:emoji', async (c) => {
    const { conversation } = place(c.get('user'), threadOf(c));
    const message = await messageOf(c, conversation, 'bot');
    const there = await store.reactions(conversation, message.id);
    const emoji = c.req.param('emoji');
    if (there.includes(emoji))
      await store.writeReactions(
        conversation,
        message.id,
        there.filter((other) => other !== emoji),
      );
    return c.json({}, 200);
  });

  app.get('/web/api/threads/:thread/files/:file', async (c) => {
    const { conversation } = place(c.get('user'), threadOf(c));
    const file = z.uuid().safeParse(c.req.param('file'));
    const message = file.success ? await store.message(conversation, file.data) : undefined;
    const found = message?.files[0];
    if (!file.success || !found?.chunks) throw new HTTPException(404, { message: 'there is no such file' });
    const { chunks, name, size } = found;
    let next = 0;
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        if (next >= chunks) return controller.close();
        const stored = await bus.jsm.direct.getMessage(streams.web, {
          last_by_subj: webFileSubject(conversation, file.data, next),
        });
        next += 1;
        if (stored === null) return controller.error(new Error('the file is gone'));
        controller.enqueue(stored.data);
      },
    });
    // Always a download, never a page: what an agent wrote must not run here.
    return new Response(body, {
      headers: {
        'content-type': 'application/octet-stream',
        'content-length': String(size),
        'content-disposition': `attachment; filename="file"; filename*=UTF-8''${encodeURIComponent(name)}`,
      },
    });
  });

  app.get('/web/api/events', (c) => {
    const user = c.get('user');
    const thread = c.req.query('thread');
    const last = Number(c.req.header('last-event-id') ?? c.req.query('after') ?? 0);
    return eventStream(bus, {
      user,
      conversation: thread === undefined ? undefined : place(user, parse(ThreadId, thread)).conversation,
      after: Number.isSafeInteger(last) && last > 0 ? last : 0,
      signal,
    });
  });

  // For platforms that take no files: whoever has the address may fetch it, for as long as it is kept.
  app.get('/shelf/:token/:name', async (c) => {
    const file = await shelf.get(c.req.param('token'));
    if (!file) throw new HTTPException(404, { message: 'there is no such file, or no longer' });
    return new Response(new Uint8Array(file.bytes), {
      headers: {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename="file"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
        'referrer-policy': 'no-referrer',
      },
    });
  });

  app.get('*', async (c) => (await staticFile(c.req.path)) ?? c.notFound());
  return app;
};
