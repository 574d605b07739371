import {
  dollars,
  limitWord,
  spentIn,
  type Allowance,
  type Balance,
  type Limit,
  type LimitNeared,
  type LimitReached,
  type LimitScope,
} from '@threadbox/schemas';

type Touched = Pick<LimitReached, 'scope' | 'of' | 'limit' | 'used'>;

const whose = ({ scope, of }: Touched): string =>
  ({ workspace: 'This workspace', user: `\`${of}\``, session: 'This session' })[scope];

const ANEW: Record<Limit['period'], string> = {
  day: 'It starts anew at midnight (UTC).',
  month: 'It starts anew on the first of the month (UTC).',
  ever: 'It does not start anew by itself.',
};

const raise = ({ scope, of }: Touched): string =>
  `\`/claude limit ${scope}${scope === 'user' ? ` ${of}` : ''} <amount>\``;

/** How a thread is told that a limit is near. */
export const nearedWord = (event: LimitNeared): string =>
  `${whose(event)} has used ${event.percent} % of what it may spend on the model: ${dollars(event.used)} of ${limitWord(event.limit)}. ${ANEW[event.limit.period]}`;

/** How a thread is told that a limit is reached: whose, how much, until when, and what an owner can do. */
export const reachedWord = (event: LimitReached): string =>
  [
    `**A spending limit is reached.** ${whose(event)} has used ${dollars(event.used)} of ${limitWord(event.limit)}, and the next answer may cost ${dollars(event.asked)}.`,
    ANEW[event.limit.period],
    `An owner can raise it: ${raise(event)}.`,
  ].join(' ');

/** Who asks for the usage, and where. */
type Asking = { workspace: string; user: string; session: string | undefined; isOwner: boolean; at: string };

/** The most users that a workspace's usage names. */
const NAMED = 10;

/** What `/claude usage` says: to users what they and the session used; to owners the workspace's, too. */
export const usageText = (
  balance: Balance,
  { workspace, session }: { workspace: Allowance; session: Allowance | undefined },
  asking: Asking,
): string => {
  const line = (title: string, scope: LimitScope, of: string, limit: Limit | undefined): string => {
    const spent = (period: Limit['period']) => spentIn(balance, { scope, of, period, at: asking.at });
    const parts = [
      `${dollars(spent('day').micros)} today`,
      `${dollars(spent('month').micros)} this month`,
      `${dollars(spent('ever').micros)} in all (${spent('ever').tokens} tokens)`,
      ...(limit === undefined ? [] : [`limit ${limitWord(limit)}`]),
    ];
    return `- ${title}: ${parts.join(', ')}`;
  };
  const lines = [line('You', 'user', asking.user, workspace.users.get(asking.user))];
  if (asking.session !== undefined) lines.push(line('This session', 'session', asking.session, session?.limit));
  if (!asking.isOwner) return lines.join('\n');
  lines.push(line('This workspace', 'workspace', asking.workspace, workspace.limit));
  const month = (of: string): number => spentIn(balance, { scope: 'user', of, period: 'month', at: asking.at }).micros;
  const others = Object.keys(balance.users)
    .filter((user) => user !== asking.user)
    .toSorted((a, b) => month(b) - month(a))
    .slice(0, NAMED);
  return [...lines, ...others.map((user) => line(`\`${user}\``, 'user', user, workspace.users.get(user)))].join('\n');
};
