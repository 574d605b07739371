import type { DomainAllowed } from './domain-allowed.ts';
import type { DomainForbidden } from './domain-forbidden.ts';
import type { LimitLifted } from './limit-lifted.ts';
import type { LimitSet } from './limit-set.ts';
import type { Limit } from './limit.ts';

/** What owners allow in a workspace or in a session: where sandboxes may go, and what may be spent. */
export type Allowance = {
  /** Each domain, and who allowed it. */
  readonly domains: ReadonlyMap<string, string>;
  /** What all of it may cost. */
  readonly limit?: Limit;
  /** What single users may spend. */
  readonly users: ReadonlyMap<string, Limit>;
};

export type AllowanceEvent = DomainAllowed | DomainForbidden | LimitSet | LimitLifted;

/** What can be asked of an allowance; who may ask is not its concern. */
export type AllowanceCommand =
  | { type: 'allow'; domain: string; by: string }
  | { type: 'forbid'; domain: string; by: string }
  | { type: 'limit'; user?: string | undefined; limit: Limit | 'none'; by: string };

export const noAllowance: Allowance = { domains: new Map(), users: new Map() };

const limitOf = ({ limit, users }: Allowance, user: string | undefined): Limit | undefined =>
  user === undefined ? limit : users.get(user);

/** What follows from a command; nothing where it is so already. */
export const decideAllowance = (command: AllowanceCommand, allowance: Allowance): readonly AllowanceEvent[] => {
  const { by } = command;
  switch (command.type) {
    case 'allow':
      return allowance.domains.has(command.domain) ? [] : [{ type: 'domain-allowed', domain: command.domain, by }];
    case 'forbid':
      return allowance.domains.has(command.domain) ? [{ type: 'domain-forbidden', domain: command.domain, by }] : [];
    case 'limit': {
      const { user, limit } = command;
      const now = limitOf(allowance, user);
      const whose = user === undefined ? {} : { user };
      if (limit === 'none') return now === undefined ? [] : [{ type: 'limit-lifted', ...whose, by }];
      return now?.micros === limit.micros && now.period === limit.period
        ? []
        : [{ type: 'limit-set', ...whose, limit, by }];
    }
  }
};

/** The allowance after an event. Workspaces and sessions have the same, so every reader folds them the same way. */
export const evolveAllowance = (allowance: Allowance, event: AllowanceEvent): Allowance => {
  switch (event.type) {
    case 'domain-allowed':
      return { ...allowance, domains: new Map(allowance.domains).set(event.domain, event.by) };
    case 'domain-forbidden':
      return { ...allowance, domains: new Map([...allowance.domains].filter(([domain]) => domain !== event.domain)) };
    case 'limit-set':
      return event.user === undefined
        ? { ...allowance, limit: event.limit }
        : { ...allowance, users: new Map(allowance.users).set(event.user, event.limit) };
    case 'limit-lifted': {
      const { limit: _lifted, ...rest } = allowance;
      return event.user === undefined
        ? rest
        : { ...allowance, users: new Map([...allowance.users].filter(([user]) => user !== event.user)) };
    }
  }
};

const TYPES: ReadonlySet<string> = new Set<AllowanceEvent['type']>([
  'domain-allowed',
  'domain-forbidden',
  'limit-set',
  'limit-lifted',
]);

/** Whether an event of a workspace or a session is about its allowance. */
export const isAllowanceEvent = <Event extends { type: string }>(event: Event): event is Event & AllowanceEvent =>
  TYPES.has(event.type);
