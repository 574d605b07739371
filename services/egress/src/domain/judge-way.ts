import { coveringDomain, type Allowance, type WayAllowedBy, type WayRefusedFor } from '@threadbox/schemas';
import type { SessionView } from './session-view.ts';

/** Whether a way is open, and why. */
export type Judgement = { verdict: 'allowed'; why: WayAllowedBy } | { verdict: 'refused'; why: WayRefusedFor };

/** All that is known when a sandbox wants to go somewhere. */
export type Standing = {
  session: SessionView;
  workspace: Allowance;
  /** The domains of EGRESS_ALLOW. */
  settings: ReadonlySet<string>;
  /** The ports that are open at all. */
  ports: ReadonlySet<number>;
};

/** Judges a way by its name and port; what address the name has is looked at afterwards. */
export const judgeWay = (
  { host, port }: { host: string; port: number },
  { session, workspace, settings, ports }: Standing,
): Judgement => {
  if (session.status === 'none') return { verdict: 'refused', why: 'no-session' };
  if (!ports.has(port)) return { verdict: 'refused', why: 'port' };
  const lists = [
    ['settings', settings],
    ['workspace', workspace.domains],
    ['session', session.allowance.domains],
  ] as const;
  const found = lists.find(([, list]) => coveringDomain(list, host) !== undefined);
  return found ? { verdict: 'allowed', why: found[0] } : { verdict: 'refused', why: 'not-allowed' };
};

const WHY: Record<WayRefusedFor, string> = {
  'not-allowed': 'nobody allowed it; an owner of the workspace can, with /claude allow',
  port: 'only the ports of the web are open',
  address: 'its address is not one of the internet',
  'no-session': 'this sandbox has no open session',
};

/** Why a way is closed, for the one who wanted to go it. */
export const refusalWord = (why: WayRefusedFor): string => WHY[why];
