import { Rejected } from '@threadbox/eventsourcing';
import type { Cause, EventStore } from '@threadbox/messaging';
import { CODE_LIFE, codeId, createCode } from '@threadbox/one-time-code';
import type { AccountEvent, LinkEvent } from '@threadbox/schemas';
import type { Account, AccountCommand } from '../domain/account.ts';
import type { Verdict } from '../domain/admission.ts';
import type { Link, LinkCommand, LinkRefusal } from '../domain/link.ts';
import { linkCodeWord, linkedWord, linkRefusalWord, NOT_LINKED, UNLINKED } from '../domain/words.ts';

type Ports = {
  accounts: EventStore<Account, AccountCommand, AccountEvent>;
  links: EventStore<Link, LinkCommand, LinkEvent>;
};

/** Links may follow one another (C to B, B to A); nobody has more accounts than that. */
const HOPS = 8;

/** Who somebody's account acts as: itself, or the account that it is linked to, however far that goes. */
export const principalOf = async ({ accounts }: Pick<Ports, 'accounts'>, id: string): Promise<string> => {
  let principal = id;
  for (let hop = 0; hop < HOPS; hop += 1) {
    const { state } = await accounts.load(principal);
    if (state.principal === undefined || state.principal === id) return principal;
    principal = state.principal;
  }
  return principal;
};

/** Hands out a code, links by one, or unlinks, and tells what came of it in a sentence. */
export const joinAccounts = async (
  { accounts, links }: Ports,
  author: string,
  wish: Extract<Verdict, { kind: 'link' | 'unlink' }>,
  cause: Cause,
): Promise<string> => {
  if (wish.kind === 'unlink') {
    const { effects } = await accounts.decide(author, { type: 'unlink' }, cause);
    return effects.length > 0 ? UNLINKED : NOT_LINKED;
  }
  if (wish.code === undefined) {
    const code = createCode();
    const expires = new Date(Date.now() + CODE_LIFE).toISOString();
    await links.decide(codeId(code), { type: 'offer', account: wish.principal, expires }, cause);
    return linkCodeWord(code, CODE_LIFE / 60_000);
  }
  try {
    const now = new Date().toISOString();
    const { state } = await links.decide(codeId(wish.code), { type: 'take', by: author, now }, cause);
    const principal = state.status === 'none' ? author : state.account;
    if (principal === author) return linkRefusalWord('same-account');
    await accounts.decide(author, { type: 'link', principal }, cause);
    return linkedWord(principal);
  } catch (error) {
    if (!(error instanceof Rejected)) throw error;
    return linkRefusalWord(error.reason as LinkRefusal);
  }
};
