import type { V1ObjectMeta } from '@kubernetes/client-node';

/** What says which sandbox an object belongs to; without it, or with another's id, it is none of that sandbox's. */
export const SANDBOX = 'threadbox.dev/sandbox';
/** What says that a pod and its volume wait for a sandbox. */
export const POOL = 'threadbox.dev/pool';
/** Annotation of a pod that we end ourselves: nobody is to report its end, in whatever process they watch. */
export const ENDING = 'threadbox.dev/ending';
/** Annotation of a pod that was taken from the pool and was not yet told whose it is. */
export const CLAIMED = 'threadbox.dev/claimed';
/** Annotation of a secret whose sandbox is about to take a pod from the pool. */
export const CLAIMING = 'threadbox.dev/claiming';
/** The one container of a pod. */
export const CONTAINER = 'runner';

/** The labels of everything that is ours. */
export const OURS = {
  'app.kubernetes.io/name': 'threadbox-sandbox',
  'app.kubernetes.io/component': 'sandbox',
  'app.kubernetes.io/part-of': 'threadbox',
  'app.kubernetes.io/managed-by': 'threadbox',
} as const;

/** Selects everything of ours that belongs to a sandbox. */
export const anySandbox = `app.kubernetes.io/name=${OURS['app.kubernetes.io/name']},${SANDBOX}`;
/** Selects everything of ours. */
export const anything = `app.kubernetes.io/name=${OURS['app.kubernetes.io/name']}`;
/** Selects what belongs to this sandbox. */
export const only = (id: string): string => `${SANDBOX}=${id}`;

/** The name of a sandbox's pod, secret and volume; those that came from the pool keep their names. */
export const nameOf = (id: string): string => `sandbox-${id}`;
/** The name of a pod, secret and volume that wait in the pool. */
export const warmNameOf = (warmId: string): string => `warm-${warmId}`;
/** A waiting pod's own id, by its name. */
export const warmIdOf = (name: string): string => name.replace(/^warm-/, '');

/** True for what can be a sandbox's id. */
export const isId = (text: string): boolean => /^[0-9a-f-]{36}$/.test(text);

/** Ids become names and selectors: nothing but a UUID may. Throws `TypeError`. */
export const checkId = (id: string): void => {
  if (!isId(id)) throw new TypeError('a sandbox id is a UUID');
};

/** The sandbox that an object belongs to; undefined for one that is in the pool, or not ours. */
export const sandboxOf = ({ metadata }: { metadata?: V1ObjectMeta }): string | undefined => metadata?.labels?.[SANDBOX];

/** An object's name, version and identity. Throws on one that never was in a cluster. */
export const identity = ({ metadata }: { metadata?: V1ObjectMeta }): { name: string; uid: string; version: string } => {
  if (!metadata?.name || !metadata.uid || !metadata.resourceVersion)
    throw new TypeError('the object has not been in a cluster');
  return { name: metadata.name, uid: metadata.uid, version: metadata.resourceVersion };
};
