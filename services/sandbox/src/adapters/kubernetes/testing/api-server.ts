/**
 * Of the stand-in for a cluster: the API server. It speaks the real REST and watch protocol for pods, secrets, volume claims and
 * events of one namespace, and knows one user, with the rights that deploy's role gives to the sandbox service.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { V1PersistentVolumeClaim, V1Pod } from '@kubernetes/client-node';
import { checkQuota, checkRestricted, type Quota } from './admission.ts';
import { ApiError } from './api-error.ts';
import { beginDeletion, PROTECTION } from './controllers.ts';
import { mergePatch } from './patch.ts';
import { checkRole } from './rbac.ts';
import { selects } from './selectors.ts';
import { resources, type Resource, type Store, type Stored } from './store.ts';
import { checkChange, checkNew } from './validation.ts';
import { createWatches } from './watches.ts';

/** How the next requests fail: an answer, none at all, or none although it was done. */
export type Failure = { code: number; message: string } | 'hang up' | 'lose the answer';

const isResource = (name: string): name is Resource => Object.hasOwn(resources, name);

/** What a secret is written with, as it is stored. */
const encodeSecret = (object: Stored): Stored => {
  const { stringData, ...rest } = object;
  if (typeof stringData !== 'object' || stringData === null) return object;
  const data = Object.fromEntries(
    Object.entries(stringData).map(([name, value]) => [name, Buffer.from(String(value)).toString('base64')]),
  );
  return { ...rest, data: { ...(rest['data'] as object | undefined), ...data } };
};

const parse = (body: string): Record<string, unknown> => {
  try {
    const value: unknown = body === '' ? {} : JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // Said below.
  }
  throw new ApiError(400, 'BadRequest', 'the body is no JSON object');
};

/** Serves a store on a loopback port. */
export const startApiServer = async (options: { store: Store; token: string; quota: () => Quota }) => {
  const { store, token, quota } = options;
  const { namespace } = store;
  const watches = createWatches(store);
  const failures: Array<{ failure: Failure; verb: string }> = [];
  const requests: string[] = [];

  const create = (resource: Resource, body: Record<string, unknown>): Stored => {
    const object = encodeSecret(body as Stored);
    if (!object.metadata?.name) throw new ApiError(422, 'Invalid', 'metadata.name: Required value');
    checkNew(resource, object);
    const { name } = object.metadata;
    if (store.get(resource, name)) throw new ApiError(409, 'AlreadyExists', `${resource} "${name}" already exists`);
    if (resource === 'pods') {
      checkRestricted(object as unknown as V1Pod);
      checkQuota(quota(), 'pods', name, store.list('pods') as unknown as V1Pod[]);
      return store.create(resource, { ...object, status: { phase: 'Pending' } });
    }
    if (resource === 'persistentvolumeclaims') {
      checkQuota(quota(), resource, name, store.list(resource) as unknown as V1PersistentVolumeClaim[]);
      const metadata = { ...object.metadata, finalizers: [PROTECTION] };
      return store.create(resource, { ...object, metadata, status: { phase: 'Pending' } });
    }
    return store.create(resource, object);
  };

  const patch = (resource: Resource, before: Stored, body: Record<string, unknown>): Stored => {
    const after = encodeSecret(mergePatch(before, body) as Stored);
    checkChange(resource, before, after);
    const changed = store.update(resource, before.metadata.name, (object) => void Object.assign(object, after));
    return changed ?? before;
  };

  const remove = (resource: Resource, object: Stored, body: Record<string, unknown>): Stored => {
    const { preconditions, gracePeriodSeconds } = body as {
      preconditions?: { uid?: string; resourceVersion?: string };
      gracePeriodSeconds?: number;
    };
    const { uid, resourceVersion } = object.metadata;
    if ((preconditions?.uid ?? uid) !== uid || (preconditions?.resourceVersion ?? resourceVersion) !== resourceVersion)
      throw new ApiError(
        409,
        'Conflict',
        `Precondition failed: UID in precondition: ${preconditions?.uid}, UID in object meta: ${uid}`,
      );
    return beginDeletion(store, resource, object, gracePeriodSeconds);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://cluster');
    const [, api, version, , space = '', kind = '', name, more] = url.pathname.split('/').map(decodeURIComponent);
    const body = await text(request);
    const watching = url.searchParams.get('watch') === 'true';
    const verbs: Record<string, 'get' | 'list' | 'watch' | 'create' | 'patch' | 'delete'> = {
      GET: name ? 'get' : watching ? 'watch' : 'list',
      POST: 'create',
      PATCH: 'patch',
      DELETE: 'delete',
    };
    const verb = verbs[request.method ?? ''];
    requests.push(`${verb} ${kind}${name ? `/${name}` : ''}`);
    let isLost = false;
    const due = failures.findIndex((one) => one.verb === '*' || one.verb === `${verb} ${kind}`);
    if (due >= 0) {
      const [{ failure } = { failure: 'hang up' as Failure }] = failures.splice(due, 1);
      if (failure === 'hang up') return void request.socket.destroy();
      if (failure === 'lose the answer') isLost = true;
      else throw new ApiError(failure.code, 'Failure', failure.message);
    }
    if (request.headers.authorization !== `Bearer ${token}`) throw new ApiError(401, 'Unauthorized', 'Unauthorized');
    if (`${api}/${version}` !== 'api/v1' || !isResource(kind) || more !== undefined || verb === undefined)
      throw new ApiError(404, 'NotFound', 'the server could not find the requested resource');
    checkRole(kind, verb, space);
    if (space !== namespace) throw new ApiError(404, 'NotFound', `namespaces "${space}" not found`);

    const send = (code: number, value: unknown): void => {
      if (isLost) return void request.socket.destroy();
      response.writeHead(code, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    const query = {
      labelSelector: url.searchParams.get('labelSelector') ?? undefined,
      fieldSelector: url.searchParams.get('fieldSelector') ?? undefined,
    };
    if (verb === 'create') return send(201, create(kind, parse(body)));
    if (verb === 'list') {
      const items = store.list(kind).filter(selects(query));
      const metadata = { resourceVersion: String(store.revision()) };
      return send(200, { apiVersion: 'v1', kind: `${resources[kind]}List`, metadata, items });
    }
    if (verb === 'watch')
      return watches.serve({
        resource: kind,
        from: url.searchParams.get('resourceVersion'),
        query,
        bookmarks: url.searchParams.get('allowWatchBookmarks') === 'true',
        timeout: Number(url.searchParams.get('timeoutSeconds') ?? 1800),
        response,
      });
    const found = store.get(kind, name ?? '');
    if (!found) throw new ApiError(404, 'NotFound', `${kind} "${name}" not found`);
    if (verb === 'get') return send(200, found);
    if (verb === 'delete') return send(200, remove(kind, found, parse(body)));
    if (request.headers['content-type'] !== 'application/merge-patch+json')
      throw new ApiError(
        415,
        'UnsupportedMediaType',
        `the stand-in patches by merging only, not ${request.headers['content-type']}`,
      );
    return send(200, patch(kind, found, parse(body)));
  };

  const listen = async (port: number) => {
    const server = createServer((request, response) => {
      answer(request, response).catch((error: unknown) => {
        const status = error instanceof ApiError ? error : new ApiError(500, 'InternalError', String(error));
        if (response.headersSent) response.destroy();
        else
          response.writeHead(status.code, { 'content-type': 'application/json' }).end(JSON.stringify(status.status()));
      });
    });
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    return server;
  };
  let server = await listen(0);
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  };

  return {
    url: `http://127.0.0.1:${port}`,
    watches,
    /** Every request so far, as `verb kind/name`. */
    requests,
    /** Lets the next requests of a kind (`create pods`; `*` for any) fail, one after the other. */
    fail: (verb: string, ...next: Failure[]): void => void failures.push(...next.map((failure) => ({ failure, verb }))),
    close,
    /** Comes back on the same port. */
    reopen: async (): Promise<void> => {
      server = await listen(port);
    },
  };
};
