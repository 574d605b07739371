/** Of the stand-in for a cluster: objects, their versions, and what happened to them. */
import { randomUUID } from 'node:crypto';

/** The kinds of object that the stand-in knows, by the name they have in a path. */
export const resources = {
  pods: 'Pod',
  secrets: 'Secret',
  persistentvolumeclaims: 'PersistentVolumeClaim',
  events: 'Event',
} as const;
export type Resource = keyof typeof resources;

type Metadata = {
  name: string;
  namespace: string;
  uid: string;
  resourceVersion: string;
  creationTimestamp: string;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: Array<{ kind: string; name: string; uid: string }>;
  finalizers?: string[];
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
};
/** An object as it is stored and sent. What lies beside its metadata is the business of those who read it. */
export type Stored = { apiVersion: 'v1'; kind: string; metadata: Metadata; [part: string]: unknown };
/** What happened to an object, with the object as it was then. */
export type Change = { type: 'ADDED' | 'MODIFIED' | 'DELETED'; resource: Resource; object: Stored };

/** Times in the API have whole seconds. */
export const timestamp = (at = Date.now()): string => new Date(at).toISOString().replace(/\.\d+Z/, 'Z');

/** Keeps objects of one namespace. Every change gets the next version, and is kept until `forget`. */
export const createStore = (namespace: string) => {
  const objects = new Map<string, Stored>();
  const history: Change[] = [];
  const listeners = new Set<(change: Change) => void>();
  let revision = 100;
  let forgotten = 0;

  const key = (resource: Resource, name: string): string => `${resource}/${name}`;
  const record = (type: Change['type'], resource: Resource, object: Stored): Stored => {
    revision += 1;
    const now = structuredClone({ ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } });
    if (type === 'DELETED') objects.delete(key(resource, now.metadata.name));
    else objects.set(key(resource, now.metadata.name), now);
    const change: Change = { type, resource, object: now };
    history.push(change);
    for (const listener of Array.from(listeners)) listener(change);
    return now;
  };

  return {
    namespace,
    get: (resource: Resource, name: string) => objects.get(key(resource, name)),
    list: (resource: Resource) =>
      [...objects].filter(([name]) => name.startsWith(`${resource}/`)).map(([, object]) => object),
    hasUid: (uid: string) => [...objects.values()].some(({ metadata }) => metadata.uid === uid),
    create: (resource: Resource, object: Stored) =>
      record('ADDED', resource, {
        ...object,
        metadata: { ...object.metadata, namespace, uid: randomUUID(), creationTimestamp: timestamp() },
      }),
    /** Replaces an object that is there; gone meanwhile, it stays gone. */
    update: (resource: Resource, name: string, change: (object: Stored) => void): Stored | undefined => {
      const found = objects.get(key(resource, name));
      if (!found) return undefined;
      const copy = structuredClone(found);
      change(copy);
      return record('MODIFIED', resource, copy);
    },
    remove: (resource: Resource, name: string): void => {
      const found = objects.get(key(resource, name));
      if (found) record('DELETED', resource, found);
    },
    revision: () => revision,
    /** What happened after a version; undefined where that is forgotten. */
    since: (version: number, resource: Resource): Change[] | undefined =>
      version < forgotten
        ? undefined
        : history.filter(
            (change) => change.resource === resource && Number(change.object.metadata.resourceVersion) > version,
          ),
    /** Forgets what happened so far, as a cluster does after some minutes. */
    forget: (): void => {
      history.length = 0;
      revision += 1;
      forgotten = revision;
    },
    subscribe: (listener: (change: Change) => void): (() => void) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
};
export type Store = ReturnType<typeof createStore>;
