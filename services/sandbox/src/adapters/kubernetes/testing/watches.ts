/** Of the stand-in for a cluster: open watches. */
import type { ServerResponse } from 'node:http';
import { ApiError } from './api-error.ts';
import { selects } from './selectors.ts';
import { resources, type Change, type Resource, type Store } from './store.ts';

type Query = { labelSelector?: string | undefined; fieldSelector?: string | undefined };

/** Milliseconds between two bookmarks. A real cluster takes a minute. */
const BOOKMARKS = 1000;

/** Serves watches of a store, as chunks of one JSON object a line. */
export const createWatches = (store: Store) => {
  const open = new Map<ServerResponse, () => void>();

  return {
    count: () => open.size,
    /** Sends what happened after `from`, then what happens, until `timeout` seconds are over or somebody hangs up. */
    serve: (options: {
      resource: Resource;
      from: string | null;
      query: Query;
      bookmarks: boolean;
      timeout: number;
      response: ServerResponse;
    }): void => {
      const { resource, from, query, bookmarks, timeout, response } = options;
      const version = Number(from ?? '0');
      if (!Number.isSafeInteger(version)) throw new ApiError(400, 'BadRequest', `invalid resource version: ${from}`);
      const matches = selects(query);
      const send = (type: string, object: unknown): void => {
        response.write(`${JSON.stringify({ type, object })}\n`);
      };
      const past = store.since(version, resource);
      response.writeHead(200, { 'content-type': 'application/json' });
      if (past === undefined) {
        send('ERROR', new ApiError(410, 'Expired', `too old resource version: ${version}`).status());
        response.end();
        return;
      }
      // What no longer matches a selector is gone for whoever watches through it.
      const seen = new Set(
        past
          .map(() => '')
          .concat(
            store
              .list(resource)
              .filter(matches)
              .map(({ metadata }) => metadata.uid),
          ),
      );
      const pass = ({ type, object }: Change): void => {
        const { uid } = object.metadata;
        if (type !== 'DELETED' && matches(object)) {
          send(seen.has(uid) || type === 'MODIFIED' ? 'MODIFIED' : 'ADDED', object);
          seen.add(uid);
        } else if (seen.delete(uid) || matches(object)) send('DELETED', object);
      };
      for (const change of past) pass(change);
      const unsubscribe = store.subscribe((change) => {
        if (change.resource === resource) pass(change);
      });
      const bookmark = (): void =>
        send('BOOKMARK', {
          apiVersion: 'v1',
          kind: resources[resource],
          metadata: { resourceVersion: String(store.revision()), creationTimestamp: null },
        });
      const timers = [
        setTimeout(() => response.end(), timeout * 1000),
        ...(bookmarks ? [setInterval(bookmark, BOOKMARKS)] : []),
      ];
      const close = (): void => {
        for (const timer of timers) clearInterval(timer);
        unsubscribe();
        open.delete(response);
      };
      open.set(response, close);
      response.on('close', close);
      response.flushHeaders();
    },
    /** Cuts every connection in the middle of a line. */
    drop: (): void => {
      for (const response of open.keys()) {
        response.write('{"type":"MODIF');
        response.destroy();
      }
    },
  };
};
