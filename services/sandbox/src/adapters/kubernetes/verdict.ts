import type { V1Pod } from '@kubernetes/client-node';
import { ENDING } from './names.ts';

/** How a pod stands: it is or may become well; or it is over, or will never be, and why in plain words. */
export type Verdict =
  | { state: 'well' }
  | { state: 'coming' }
  | { state: 'over'; how: 'died' | 'over-limit' | 'cannot-start'; reason: string };

/** How long things may take before somebody is told, in milliseconds. */
export type Patience = {
  /** From a pod's creation until its container runs. */
  start: number;
  /** How long an image may fail to come: registries stumble, and the cluster tries again by itself. */
  image: number;
  /** How long past its time a pod's end may be: then its node is gone. */
  node: number;
};

const IMAGE_FAILURES = new Set(['ErrImagePull', 'ImagePullBackOff', 'ImageInspectError', 'ErrImageNeverPull']);
/** What no patience helps against. */
const HOPELESS = new Set([
  'InvalidImageName',
  'CreateContainerConfigError',
  'CreateContainerError',
  'RunContainerError',
]);

const died = (reason: string): Verdict => ({ state: 'over', how: 'died', reason });
const overLimit = (reason: string): Verdict => ({ state: 'over', how: 'over-limit', reason });
const cannotStart = (reason: string): Verdict => ({ state: 'over', how: 'cannot-start', reason });

/** A sentence of the cluster's, in one line, so that ours can go on behind it. */
export const quote = (text: string | undefined): string =>
  (text ?? '')
    .replaceAll(/\s+/g, ' ')
    .replace(/[.\s]+$/, '')
    .slice(0, 400);

const ofTheEnded = (pod: V1Pod): Verdict => {
  const { status } = pod;
  const ended = status?.containerStatuses?.[0]?.state?.terminated;
  const limits = pod.spec?.containers[0]?.resources?.limits;
  if (ended?.reason === 'OOMKilled') return overLimit(`it used more memory than it may have (${limits?.['memory']})`);
  if (status?.reason === 'Evicted') {
    const words = quote(status.message);
    // Its own doing, or its node's need: only the second is worth another try.
    return /exceeds the (total )?limit/i.test(words)
      ? overLimit(`it wrote more to its disk than it may (${words})`)
      : died(`its machine ran short and put it out (${words})`);
  }
  if (status?.reason) return died(`its pod ended (${quote(`${status.reason}: ${status.message ?? ''}`)})`);
  return died(
    `its runner ended (${ended?.signal ? `signal ${ended.signal}` : `exit code ${ended?.exitCode ?? 'unknown'}`})`,
  );
};

const ofTheWaiting = (pod: V1Pod, age: number, patience: Patience): Verdict => {
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting;
  const image = pod.spec?.containers[0]?.image ?? '';
  if (
    waiting?.reason &&
    (HOPELESS.has(waiting.reason) || (IMAGE_FAILURES.has(waiting.reason) && age > patience.image))
  ) {
    const why = `${waiting.reason}: ${quote(waiting.message)}`;
    return cannotStart(
      /image/i.test(waiting.reason)
        ? `its image ${image} cannot be pulled (${why}); check SANDBOX_IMAGE and the registry’s credentials`
        : `its container cannot be made (${why})`,
    );
  }
  if (age <= patience.start) return { state: 'coming' };
  const seconds = Math.round(age / 1000);
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  // A volume that nobody makes keeps a pod from every machine.
  if (unscheduled && /volume|storageclass/i.test(unscheduled.message ?? ''))
    return cannotStart(
      `its volume cannot be had, for ${seconds} s now (${quote(unscheduled.message)}); check SANDBOX_STORAGE_CLASS`,
    );
  return cannotStart(
    unscheduled
      ? `no machine of the cluster has room for it, for ${seconds} s now (${quote(unscheduled.message)}); add a node, or ask again later`
      : `it did not come up within ${seconds} s (${quote(waiting?.reason ?? pod.status?.phase)})`,
  );
};

/** Judges a pod as it is seen now. The same pod at the same time is judged the same, wherever and however often. */
export const judge = (pod: V1Pod, now: number, patience: Patience): Verdict => {
  const { metadata, status } = pod;
  if (metadata?.annotations?.[ENDING]) return { state: 'coming' };
  if (status?.phase === 'Failed' || status?.phase === 'Succeeded') return ofTheEnded(pod);
  if (metadata?.deletionTimestamp) {
    const overdue = now - metadata.deletionTimestamp.getTime();
    return overdue > patience.node ? died('its machine is gone') : { state: 'coming' };
  }
  const running = status?.containerStatuses?.[0]?.state?.running;
  if (running) return { state: 'well' };
  return ofTheWaiting(pod, now - (metadata?.creationTimestamp?.getTime() ?? now), patience);
};
