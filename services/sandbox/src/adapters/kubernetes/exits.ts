import type { V1Pod } from '@kubernetes/client-node';
import type { Driver } from '../driver.ts';
import type { Cluster } from './cluster.ts';
import { CLAIMED, ENDING, identity, sandboxOf } from './names.ts';
import { judge, quote, type Patience } from './verdict.ts';
import { watchPods } from './watch-pods.ts';

/** Milliseconds between two looks at what may have become overdue without a word from the cluster. */
const EVERY = 2000;

/**
 * Watches the pods of all sandboxes, and tells of each that is over, once a pod: whatever ended it, and whether it happened before
 * our eyes, while the connection was away, or before we started. What we end ourselves, here or in another process, is not told.
 */
export const watchExits = (options: {
  cluster: Cluster;
  patience: Patience;
  onExit: (...exit: Parameters<Parameters<Driver['onExit']>[0]>) => void;
  /** Hears of every change of a pod that waits in the pool, and of its end. */
  onPool: () => void;
  onTrouble: (error: unknown) => void;
}) => {
  const { cluster, patience, onExit, onPool, onTrouble } = options;
  const told = new Set<string>();

  const look = (pod: V1Pod): void => {
    const sandbox = sandboxOf(pod);
    if (sandbox === undefined) return onPool();
    const { uid } = identity(pod);
    if (told.has(uid)) return;
    const verdict = judge(pod, Date.now(), patience);
    if (verdict.state !== 'over') return;
    told.add(uid);
    if (verdict.how !== 'cannot-start') return onExit(sandbox, verdict.reason, verdict.how);
    void lastWarning(cluster, identity(pod).name).then((warning) =>
      onExit(
        sandbox,
        verdict.reason.includes(warning) ? verdict.reason : `${verdict.reason}; the cluster says: ${warning}`,
        verdict.how,
      ),
    );
  };

  const watch = watchPods({
    ...cluster,
    onChange: look,
    onGone: (last) => {
      const sandbox = sandboxOf(last);
      if (sandbox === undefined) return onPool();
      const { uid } = identity(last);
      // What was never told whose it is gets its end from who claims it.
      const isOurs = last.metadata?.annotations?.[ENDING] ?? last.metadata?.annotations?.[CLAIMED];
      if (!told.delete(uid) && isOurs === undefined) onExit(sandbox, 'its pod was taken away', 'died');
    },
    onTrouble,
  });
  // Being late makes no event.
  const timer = setInterval(
    () => {
      for (const pod of watch.all()) look(pod);
    },
    Math.min(EVERY, patience.start, patience.image, patience.node),
  );
  timer.unref();

  return {
    listed: watch.listed,
    close: async (): Promise<void> => {
      clearInterval(timer);
      await watch.close();
    },
  };
};

/** What the cluster last warned of a pod, in one line; '' where it did not, or does not answer. */
const lastWarning = async (cluster: Cluster, pod: string): Promise<string> => {
  const events = await cluster.events(pod).catch(() => []);
  const warnings = events.filter(({ type }) => type === 'Warning');
  return quote(warnings.at(-1)?.message);
};
