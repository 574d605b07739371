import { agentTitles, isAgent, type PermissionAsked, type PermissionChoice } from '@threadbox/schemas';
import type { SandboxView } from './fleet-view.ts';
import type { Session, SessionRefusal } from './session.ts';

/** What an agent is called. */
const agentTitle = (agent: string): string => (isAgent(agent) ? agentTitles[agent] : agent);

export const NO_SESSION = 'There is no session here. `/claude start` opens one.';
export const ALREADY_OPEN = 'A session is open here already: just talk to it, or end it with `/claude close`.';
export const CLOSED = 'The session is closed. Its sandbox, its files and what was said in it are deleted.';
export const CLOSED_RUNNING = 'The session was closed before this was done.';
export const CLOSED_WAITING = 'The session was closed before this was begun.';

/** How an opened session greets. */
export const openedWord = (agent: string): string =>
  `A session with **${agentTitle(agent)}** is open, in a sandbox of its own. Everything said here goes to it.`;

const REFUSALS: Record<SessionRefusal, string> = {
  closed: NO_SESSION,
  'queue-full':
    'Too many messages are waiting already. Wait for some answers, or stop the running turn with `/claude stop`.',
  'nothing-runs': 'Nothing is running.',
  'no-question': 'This question does not stand any more.',
};

/** A refusal in a sentence. */
export const refusalWord = (reason: SessionRefusal): string => REFUSALS[reason];

/** How a stop is confirmed. */
export const STOPPING = 'Stopping.';

/** What one who waits for a sandbox is told. */
export const waitingWord = (place: number): string =>
  `All sandboxes are in use. You are number ${place} in line; it starts by itself.`;

/** What the word about waiting becomes. */
export const WAIT_OVER = 'A sandbox is free: here we go.';

/** Why the turn could not be done. */
export const failedWord = (reason: string): string =>
  `The sandbox could not be started: ${reason}\nSay it again to try once more.`;

const ANSWERS: Record<PermissionChoice, string> = {
  once: 'allowed once',
  session: 'allowed for this session',
  always: 'always allowed',
  deny: 'denied',
};

/** A code block that nothing inside can end: its fence is longer than any run of backticks in it. */
const codeBlock = (text: string): string => {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${text}\n${fence}`;
};

const inline = (text: string): string => text.replaceAll(/[\\`*_[\]<>~|]/g, '\\$&').replaceAll(/\s+/g, ' ');

/** A permission request, as it is asked and as it stands once it was answered. */
export const questionText = (
  { title, detail, grant }: Pick<PermissionAsked['data'], 'title' | 'detail' | 'grant'>,
  answer?: { choice: PermissionChoice | 'withdrawn'; by?: string },
): string => {
  // A title that only repeats the command would stand there twice.
  const what = detail.startsWith(title) ? inline(grant) : `${inline(title)} (${inline(grant)})`;
  const block = detail.trim() === '' ? [] : [codeBlock(detail)];
  if (answer === undefined) return [`**May I?** ${what}`, ...block].join('\n\n');
  const how = answer.choice === 'withdrawn' ? 'not needed any more' : ANSWERS[answer.choice];
  const who = answer.by === undefined ? '' : ` by ${inline(answer.by)}`;
  return [`${what}: **${how}**${who}`, ...block].join('\n\n');
};

const sandboxWord = (sandbox: SandboxView | undefined): string => {
  switch (sandbox?.status) {
    case undefined:
      return 'being prepared';
    case 'waiting':
      return `number ${sandbox.place} in line`;
    case 'running':
      return 'running';
    case 'asleep':
      return 'asleep; the next message wakes it';
    case 'failed':
      return `failed: ${sandbox.reason}`;
  }
};

/** What `/claude status` says. `sandbox` is how it stands in the fleet. */
export const statusText = (session: Session, sandbox: SandboxView | undefined): string => {
  if (session.status !== 'open') return NO_SESSION;
  const open = Object.values(session.questions).filter(({ choice }) => choice === undefined).length;
  return [
    `- Agent: **${agentTitle(session.agent)}**, opened by \`${session.by}\``,
    `- Sandbox: ${sandboxWord(sandbox)}`,
    `- Turns: ${session.last} so far, ${session.running ? `number ${session.running.turn} is running` : 'none is running'}, ${session.queue.length} waiting`,
    ...(open > 0 ? [`- ${open === 1 ? 'A question waits' : `${open} questions wait`} for your answer above`] : []),
  ].join('\n');
};
