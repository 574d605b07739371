/**
 * What an agent has done in one turn, folded from what it reports. Text before and after tools is kept in blocks; the
 * answer is the blocks as paragraphs, and only ever grows, so that offsets into it stay true while it streams.
 */
import type { ActivityChanged, Step } from '@threadbox/schemas';

type ToolStatus = 'pending' | 'in_progress' | 'completed' | 'failed';
type Plan = ActivityChanged['data']['plan'];

/** What an agent reports while it works. `at` is ISO 8601. */
export type AgentEvent =
  | { type: 'text'; text: string; message: string | undefined }
  | { type: 'tool'; id: string; title?: string; kind?: string; status?: ToolStatus; at: string }
  | { type: 'plan'; plan: Plan }
  | { type: 'cost'; amount: number };

type Tool = { title: string; kind: string; status: ToolStatus; startedAt: string; endedAt?: string };
type Block = { message: string | undefined; text: string };

export type Transcript = {
  blocks: readonly Block[];
  /** Whether the next text begins a new block. */
  broken: boolean;
  tools: ReadonlyMap<string, Tool>;
  plan: Plan;
  /** What the whole conversation has cost so far, in US dollars. */
  cost?: number;
};

export const emptyTranscript: Transcript = { blocks: [], broken: false, tools: new Map(), plan: [] };

const MOST_STEPS = 500;
const over = (status: ToolStatus): boolean => status === 'completed' || status === 'failed';
const clip = (text: string, most: number): string => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1).toWellFormed()}…`;
};

const addText = (transcript: Transcript, { text, message }: Block): Transcript => {
  const last = transcript.blocks.at(-1);
  if (text === '') return transcript;
  const another = message !== undefined && last?.message !== undefined && message !== last.message;
  const blocks =
    last === undefined || transcript.broken || another
      ? [...transcript.blocks, { message, text }]
      : [...transcript.blocks.slice(0, -1), { message, text: last.text + text }];
  return { ...transcript, blocks, broken: false };
};

const addTool = (transcript: Transcript, event: AgentEvent & { type: 'tool' }): Transcript => {
  const known = transcript.tools.get(event.id);
  const status = event.status ?? known?.status ?? 'pending';
  const tool: Tool = {
    title: clip(event.title ?? '', 300) || (known?.title ?? 'a tool'),
    kind: clip(event.kind ?? known?.kind ?? 'other', 40) || 'other',
    status,
    startedAt: known?.startedAt ?? event.at,
    ...(over(status) ? { endedAt: known?.endedAt ?? event.at } : {}),
  };
  return {
    ...transcript,
    tools: new Map(transcript.tools).set(event.id, tool),
    broken: transcript.broken || known === undefined,
  };
};

/** The transcript after one more event. */
export const evolve = (transcript: Transcript, event: AgentEvent): Transcript => {
  switch (event.type) {
    case 'text':
      return addText(transcript, event);
    case 'tool':
      return addTool(transcript, event);
    case 'plan':
      return {
        ...transcript,
        plan: event.plan.slice(0, 50).map(({ text, status }) => ({ text: clip(text, 300), status })),
      };
    case 'cost':
      return { ...transcript, cost: event.amount };
  }
};

/** A block that is an error of the model's API in the agent's words, not an answer. */
const isErrorEcho = ({ text }: Block): boolean =>
  /^(API Error\b|Prompt is too long$|Failed to authenticate\b)/.test(text);

/** The answer so far, to be shown while it grows. An error that the agent repeats as text is held back. */
export const answerSoFar = ({ blocks }: Transcript): string => {
  const last = blocks.at(-1);
  return (last && isErrorEcho(last) ? blocks.slice(0, -1) : blocks).map(({ text }) => text).join('\n\n');
};

/** The whole answer. Where the turn failed with `error`, the agent's repetition of that error is left out. */
export const finalAnswer = ({ blocks }: Transcript, error?: string): string => {
  const last = blocks.at(-1);
  const echo = error !== undefined && last !== undefined && (isErrorEcho(last) || error.includes(last.text.trim()));
  return (echo ? blocks.slice(0, -1) : blocks)
    .map(({ text }) => text.replace(/^\s*\n|\s+$/g, ''))
    .filter((text) => text !== '')
    .join('\n\n');
};

/** What the agent does right now. */
export const activityOf = ({ tools, plan }: Transcript): Pick<ActivityChanged['data'], 'tool' | 'tools' | 'plan'> => {
  const current = [...tools.values()].findLast(({ status }) => !over(status));
  return {
    ...(current === undefined ? {} : { tool: { title: current.title, kind: current.kind } }),
    tools: tools.size,
    plan,
  };
};

/** The tool calls of the turn for its trace; what had not ended by `now` ends there, and not well. */
export const stepsOf = ({ tools }: Transcript, now: string): Step[] =>
  [...tools.values()].slice(0, MOST_STEPS).map(({ title, kind, status, startedAt, endedAt }) => ({
    title,
    kind,
    ok: status === 'completed',
    startedAt,
    endedAt: endedAt ?? now,
  }));

/** What the turn cost, in US dollars: agents report what the whole conversation cost, some only since they were started. */
export const costOfTurn = ({ cost }: Transcript, spent: number): number | undefined =>
  cost === undefined ? undefined : Math.round(Math.max(0, cost >= spent ? cost - spent : cost) * 1e6) / 1e6;
