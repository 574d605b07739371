import { compose, publish, type Bus } from '@threadbox/messaging';
import { codeId } from '@threadbox/one-time-code';
import { readBody, parseJson, SECURITY_HEADERS } from '@threadbox/platforms';
import {
  commit,
  CredentialEvent,
  credentialSubject,
  depositSubject,
  deriveId,
  eventsSubject,
  streams,
  readVersioned,
} from '@threadbox/schemas';
import { createVault } from '@threadbox/vault';
import { z } from 'zod';
import { credentialKind } from './kind.ts';
import { PAGE, SCRIPT, STYLE } from './page.ts';

/** More than a code and a key is nobody's. */
const BODY_BYTES = 4096;

const Given = z.object({ code: z.string().min(1).max(40), value: z.string().min(1).max(1000) });

const FILES: Record<string, { type: string; text: string }> = {
  '/credential': { type: 'text/html; charset=utf-8', text: PAGE },
  '/credential/page.js': { type: 'text/javascript; charset=utf-8', text: SCRIPT },
  '/credential/style.css': { type: 'text/css; charset=utf-8', text: STYLE },
};

const LATE = 'This page is not good any more. Say /claude credential to the bot for a new one.';

/**
 * The page on which somebody puts in a credential of their own. It goes into the vault encrypted, under the hash of the
 * code that auth gave out; auth then says whether it counts, and in the chat what came of it.
 */
export const createCredentialRoute = (
  bus: Pick<Bus, 'js' | 'jsm'>,
  keys: Parameters<typeof createVault>[1]['keys'] | undefined,
): ((request: Request) => Promise<Response>) => {
  const vault = keys && createVault(bus, { keys, subjectOf: credentialSubject });

  const answer = (status: number, text: string): Response =>
    new Response(text, {
      status,
      headers: { ...SECURITY_HEADERS, 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    });

  /** Whether auth gave this code out, nothing was put in under it, and there is still time. */
  const isAwaited = async (slot: string): Promise<boolean> => {
    const last = await bus.jsm.direct.getMessage(streams.events, { last_by_subj: eventsSubject('credential', slot) });
    const event = last && readVersioned(commit(CredentialEvent), last.json()).events.at(-1);
    return event?.type === 'credential-requested' && new Date().toISOString() <= event.expires;
  };

  const take = async (request: Request): Promise<Response> => {
    if (!vault) return answer(503, 'Threadbox was set up without THREADBOX_CREDENTIAL_KEY: nothing can be kept here.');
    // Asks the browser whether it may, where another site's page sends it: it may not.
    if (request.headers.get('content-type') !== 'application/json')
      return answer(415, 'Only the page itself sends here.');
    const body = await readBody(request, BODY_BYTES);
    const given = body && Given.safeParse(parseJson(body.toString('utf8'))).data;
    if (!given) return answer(400, 'That is too much, or not what was asked for.');
    const slot = codeId(given.code);
    if (!(await isAwaited(slot))) return answer(404, LATE);
    const kind = credentialKind(given.value);
    if (!kind)
      return answer(422, 'That is no key that I know: it begins with sk-ant-api or sk-ant-oat, and is given whole.');
    await vault.write(slot, given.value);
    const message = compose({
      type: 'credential-deposited',
      id: deriveId('credential-deposited', slot),
      data: { slot, kind, ending: given.value.slice(-4) },
    });
    await publish(bus, depositSubject(slot), message);
    return answer(200, 'Thank you. The chat tells you from when on it counts; you can close this page.');
  };

  return async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method === 'POST' && pathname === '/credential') return take(request);
    const file = Object.hasOwn(FILES, pathname) ? FILES[pathname] : undefined;
    if (!file || (request.method !== 'GET' && request.method !== 'HEAD')) return answer(404, 'not found\n');
    const headers = { ...SECURITY_HEADERS, 'content-type': file.type, 'cache-control': 'no-cache' };
    return new Response(request.method === 'HEAD' ? null : file.text, { headers });
  };
};
