import type { Cause } from '@threadbox/messaging';
import { noAllowance, readLimit, readSaidDomain, limitWord, type CommandAdmitted } from '@threadbox/schemas';
import type { Ports } from '../adapters/ports.ts';
import {
  allowedBesides,
  allowedText,
  allowedWord,
  forbiddenWord,
  NO_AMOUNT,
  NO_DOMAIN,
} from '../domain/reach-words.ts';
import { usageText } from '../domain/usage-words.ts';

type Place = Pick<CommandAdmitted['data'], 'workspace' | 'principal' | 'command'>;

/** `/claude allow` and `/claude forbid`, for this session; tells what came of it. */
export const changeList = async (
  { sessions, workspaces, settingsAllow }: Pick<Ports, 'sessions' | 'workspaces' | 'settingsAllow'>,
  session: string,
  { workspace, principal, command }: Place,
  cause: Cause,
): Promise<string> => {
  const domain = readSaidDomain(command.args['domain'] ?? '');
  if (domain === undefined) return NO_DOMAIN;
  const type = command.name === 'forbid' ? 'forbid' : 'allow';
  const { effects } = await sessions.decide(session, { type, domain, by: principal.id }, cause);
  const changed = effects.some((event) => event.type === 'domain-allowed' || event.type === 'domain-forbidden');
  if (type === 'allow') return allowedWord(domain, changed);
  const { state } = await workspaces.load(workspace);
  return forbiddenWord(domain, changed, allowedBesides(domain, settingsAllow, state));
};

/** `/claude limit session`; tells what came of it. */
export const limitSession = async (
  { sessions }: Pick<Ports, 'sessions'>,
  session: string,
  { principal, command }: Place,
  cause: Cause,
): Promise<string> => {
  const limit = readLimit(command.args['amount'] ?? '');
  if (limit === undefined) return NO_AMOUNT;
  const { effects } = await sessions.decide(session, { type: 'limit', limit, by: principal.id }, cause);
  const changed = effects.length > 0;
  return limit === 'none'
    ? `This session has no limit of its own${changed ? ' any more' : ''}.`
    : `This session may spend ${limitWord(limit)}${changed ? ' now' : ' already'}.`;
};

const allowanceOf = async ({ sessions }: Pick<Ports, 'sessions'>, session: string | undefined) => {
  if (session === undefined) return undefined;
  const { state } = await sessions.load(session);
  return state.status === 'open' ? state.reach.allowance : noAllowance;
};

/** `/claude allowed`: every list that counts here. */
export const showAllowed = async (
  ports: Pick<Ports, 'sessions' | 'workspaces' | 'settingsAllow'>,
  session: string | undefined,
  { workspace }: Place,
): Promise<string> => {
  const [{ state }, own] = await Promise.all([ports.workspaces.load(workspace), allowanceOf(ports, session)]);
  return allowedText(ports.settingsAllow, state, own);
};

/** `/claude usage`: what the one who asks may know. */
export const showUsage = async (
  ports: Pick<Ports, 'sessions' | 'workspaces' | 'ledgers'>,
  session: string | undefined,
  { workspace, principal }: Place,
): Promise<string> => {
  const [{ state: balance }, { state }, own] = await Promise.all([
    ports.ledgers.load(workspace),
    ports.workspaces.load(workspace),
    allowanceOf(ports, session),
  ]);
  const asking = { workspace, user: principal.id, session, isOwner: principal.role === 'owner' };
  return usageText(balance, { workspace: state, session: own }, { ...asking, at: new Date().toISOString() });
};
