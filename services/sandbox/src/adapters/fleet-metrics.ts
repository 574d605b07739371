import { observed } from '@threadbox/metrics';
import type { Fleet } from '../domain/fleet.ts';
import type { Driver } from './driver.ts';

/** Tells operators how it stands with the fleet, at each scrape. */
export const observeFleet = ({
  load,
  max,
  pool,
}: {
  load: () => Promise<Fleet>;
  max: number;
  /** How it stands with the pods that wait, where this process keeps some. */
  pool: () => ReturnType<NonNullable<Driver['pool']>> | undefined;
}): (() => void) =>
  observed(['threadbox_sandboxes', 'threadbox_sandboxes_max', 'threadbox_warm_sandboxes'], async (observe) => {
    const { ready, wanted } = pool() ?? { ready: 0, wanted: 0 };
    observe('threadbox_sandboxes_max', max, {});
    observe('threadbox_warm_sandboxes', ready, { state: 'ready' });
    observe('threadbox_warm_sandboxes', wanted, { state: 'wanted' });
    const { running, line, asleep } = await load();
    observe('threadbox_sandboxes', Object.keys(running).length, { state: 'running' });
    observe('threadbox_sandboxes', line.length, { state: 'waiting' });
    observe('threadbox_sandboxes', asleep.size, { state: 'asleep' });
  });
