import { deriveId } from '@threadbox/schemas';

/** A tool call that an agent wants to make, as far as people need to judge it. */
export type WantedTool = {
  name?: string | undefined;
  kind?: string | undefined;
  title?: string | undefined;
  input?: unknown;
  /** Changes to files. `before` is undefined or empty for a new file. */
  changes: ReadonlyArray<{ path: string; before: string | undefined; after: string }>;
};

/** A question to the people. `whole` identifies what is asked, however long; `detail` is what is shown of it. */
export type Question = { grant: string; title: string; detail: string; whole: string };

const SHOWN = 4000;
const clip = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;

/** Nothing that could make a command look like another: control characters and marks that turn the direction of text. */
const visible = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\u200B-\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu, (mark) =>
      /[\n\t]/.test(mark) ? mark : '\uFFFD',
    );

/** The beginning and the end, and how much is left out: what matters may stand at either. */
const shorten = (text: string): string => {
  if (text.length <= SHOWN) return text;
  const note = (left: number): string => `\n… ${left} characters are not shown …\n`;
  const room = SHOWN - note(text.length).length;
  const head = Math.ceil(room * 0.6);
  return `${text.slice(0, head).toWellFormed()}${note(text.length - room)}${text.slice(text.length - (room - head)).toWellFormed()}`;
};

const prefixed = (lines: readonly string[], mark: string): string[] => lines.map((line) => `${mark}${line}`);

/** The lines that differ, and a line of context around them. */
const difference = (before: string, after: string): string => {
  const [old, fresh] = [before.split('\n'), after.split('\n')];
  let start = 0;
  while (start < old.length && start < fresh.length && old[start] === fresh[start]) start += 1;
  let end = 0;
  const most = Math.min(old.length, fresh.length) - start;
  while (end < most && old.at(-1 - end) === fresh.at(-1 - end)) end += 1;
  return [
    ...prefixed(old.slice(Math.max(0, start - 1), start), ' '),
    ...prefixed(old.slice(start, old.length - end), '-'),
    ...prefixed(fresh.slice(start, fresh.length - end), '+'),
    ...prefixed(old.slice(old.length - end, old.length - end + 1), ' '),
  ].join('\n');
};

const wholeOf = ({ input, changes, title }: WantedTool, workspace: string): string => {
  const place = (path: string): string => (path.startsWith(`${workspace}/`) ? path.slice(workspace.length + 1) : path);
  if (changes.length > 0)
    return changes
      .map(({ path, before, after }) =>
        before === undefined || before === ''
          ? `${place(path)} (all of it)\n${prefixed(after.split('\n'), '+').join('\n')}`
          : `${place(path)}\n${difference(before, after)}`,
      )
      .join('\n\n');
  if (typeof input === 'object' && input !== null) {
    if ('command' in input && typeof input.command === 'string') return input.command;
    if ('command' in input && Array.isArray(input.command)) return input.command.join(' ');
    if (Object.keys(input).length > 0) return JSON.stringify(input, null, 2);
  }
  return title ?? '';
};

/**
 * The tool as a lasting answer names it. Goose gives neither name nor kind but begins its titles with the name; without
 * that, an answer for one of its tools would cover them all.
 */
const toolName = ({ name, kind, title }: WantedTool): string => {
  if (name !== undefined) return name;
  const titled = kind === undefined || kind === 'other' ? /^([\w.-]+) · /.exec(title ?? '')?.[1] : undefined;
  return titled ?? kind ?? 'tool';
};

/** What to ask about a tool call: the tool's name is what a lasting answer covers. */
export const questionOf = (wanted: WantedTool, workspace: string): Question => {
  const whole = visible(wholeOf(wanted, workspace));
  const grant = clip(visible(toolName(wanted)).trim() || 'tool', 100);
  const title = clip(
    visible(wanted.title ?? grant)
      .replace(/\s+/g, ' ')
      .trim() || grant,
    300,
  );
  return { grant, title, detail: shorten(whole), whole };
};

/** What makes two questions of one turn the same. */
export const questionKey = ({ grant, whole }: Question): string => deriveId('question', grant, whole);

/** The id of a question; `ordinal` counts the same ones that came before it in the turn. */
export const requestId = (sandbox: string, turn: number, question: Question, ordinal: number): string =>
  deriveId('permission', sandbox, turn, question.grant, question.whole, ordinal);

/** Picks among an agent's options by kind: whatever lasts is the session's business, so the agent only ever gets `once`. */
export const chooseOption = (
  options: ReadonlyArray<{ optionId: string; kind: string }>,
  allow: boolean,
): string | undefined => {
  const kinds = allow ? ['allow_once', 'allow_always'] : ['reject_once', 'reject_always'];
  return kinds.flatMap((kind) => options.filter((option) => option.kind === kind))[0]?.optionId;
};
