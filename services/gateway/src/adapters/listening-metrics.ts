import { observed } from '@threadbox/metrics';
import type { Listener } from '@threadbox/platforms';

/** Tells operators which bots hear something. */
export const observeListening = (listeners: ReadonlyMap<string, Pick<Listener, 'isHearing'>>): (() => void) =>
  observed(['threadbox_platform_listening'], (observe) => {
    for (const [platform, { isHearing }] of listeners)
      observe('threadbox_platform_listening', (isHearing?.() ?? true) ? 1 : 0, { platform });
  });
