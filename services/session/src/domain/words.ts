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

export const TRUSTED =
  'From the next turn on, settings, hooks and MCP servers that lie in this session’s workspace count. They can run commands without asking: trust only what you know. `/claude distrust` takes it back.';
export const DISTRUSTED = 'From the next turn on, settings that lie in this session’s workspace are passed over.';

/** How an opened session greets. */
export const openedWord = (agent: string): string =>
  `A session with **${agentTitle(agent)}** is open, in a sandbox of its own. Everything said here goes to it.`;

/** What the thread is called that is opened for a session. */
export const threadTitle = (agent: string, name: string): string =>
  `${agentTitle(agent)} · ${name.replaceAll(/\s+/g, ' ').trim() || 'a session'}`.slice(0, 100).toWellFormed();

/** How a session greets where no thread could be opened for it. */
export const openedHereWord = (agent: string, reason: string): string =>
  `${openedWord(agent)} (I could open no thread for it: ${reason})`;

/** What one hears whose thread could not be opened, in a channel that has a session already. */
export const noRoomWord = (reason: string): string =>
  `I could open no thread (${reason}), and this channel has a session already. Say \`/claude start\` in a thread, or close the other one first.`;

/** How a code that hands a session over is given. */
export const handoffWord = (code: string, minutes: number): string =>
  `Say \`/claude adopt ${code}\` in another thread, on any platform where I know you, within ${minutes} minutes, and this session goes on there. Whoever reads the code may use it.`;

/** What a code brings that is unknown, used, or too old. */
export const UNKNOWN_CODE =
  'This code is not good, or not any more. `/claude handoff`, said in the session, gives a new one.';
export const BOUND_ALREADY =
  'Another session is open here already: adopt in another thread, or end the one here with `/claude close` first.';
export const ADOPTED_ALREADY = 'That session is here already.';

/** How a session greets where it goes on. `turns`: how many there were. */
export const movedHereWord = (agent: string, turns: number): string =>
  `The session with **${agentTitle(agent)}** goes on here: same sandbox, same conversation, ${turns} ${turns === 1 ? 'turn' : 'turns'} so far.`;

/** What the place that it left is told. */
export const movedAwayWord = (conversation: string, isRunning: boolean): string =>
  `This session goes on elsewhere (${conversation.slice(0, conversation.indexOf(':'))}).${isRunning ? ' What is being worked on is still answered here.' : ''}`;

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
  `The sandbox was stopped: ${reason}.\nSay it again to try once more.`;

const ANSWERS: Record<PermissionChoice | 'withdrawn' | 'moved', string> = {
  withdrawn: 'not needed any more',
  moved: 'asked again where the session goes on',
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
  answer?: { choice: PermissionChoice | 'withdrawn' | 'moved'; by?: string },
): string => {
  // A title that only repeats the command would stand there twice.
  const what = detail.startsWith(title) ? inline(grant) : `${inline(title)} (${inline(grant)})`;
  const block = detail.trim() === '' ? [] : [codeBlock(detail)];
  if (answer === undefined) return [`**May I?** ${what}`, ...block].join('\n\n');
  const how = ANSWERS[answer.choice];
  const who = answer.by === undefined ? '' : ` by ${inline(answer.by)}`;
  return [`${what}: **${how}**${who}`, ...block].join('\n\n');
};

const sandboxWord = (sandbox: SandboxView | undefined, suspended: boolean): string => {
  switch (sandbox?.status) {
    case undefined:
      return suspended ? 'asleep; the next message wakes it' : 'being prepared';
    case 'waiting':
      return `number ${sandbox.place} in line`;
    case 'running':
      return 'running';
    case 'failed':
      return `failed: ${sandbox.reason}`;
  }
};

/** What `/claude status` says. `sandbox` is how it stands in the fleet. */
export const statusText = (session: Session, sandbox: SandboxView | undefined): string => {
  if (session.status !== 'open') return NO_SESSION;
  const open =
    Object.values(session.questions).filter(({ choice }) => choice === undefined).length +
    Object.values(session.forms).filter(({ answered }) => !answered).length;
  return [
    `- Agent: **${agentTitle(session.agent)}**, opened by \`${session.by}\``,
    `- Sandbox: ${sandboxWord(sandbox, session.suspended)}`,
    `- Turns: ${session.last} so far, ${session.running ? `number ${session.running.turn} is running` : 'none is running'}, ${session.queue.length} waiting`,
    ...(session.trusted ? ['- Settings that lie in its workspace are trusted'] : []),
    ...(open > 0 ? [`- ${open === 1 ? 'A question waits' : `${open} questions wait`} for your answer above`] : []),
  ].join('\n');
};

/** What the agent reads: what is answered to stands above, as a quotation. */
export const withQuote = (text: string, quote: { author?: string | undefined; text: string } | undefined): string => {
  if (quote === undefined || quote.text.trim() === '') return text;
  const lines = quote.text.trim().split('\n');
  return [
    `> ${quote.author === undefined ? '' : `${quote.author}: `}${lines[0]}`,
    ...lines.slice(1).map((line) => `> ${line}`),
    '',
    text,
  ].join('\n');
};
