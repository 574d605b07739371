/** One thing that the rehearsal was asked to do. */
export type Step =
  | { do: 'write'; path: string; content: string }
  | { do: 'run'; command: string }
  | { do: 'read'; path: string }
  | { do: 'send'; path: string }
  | { do: 'say'; text: string; slowly: boolean }
  | { do: 'question'; text: string; options: string[] }
  | { do: 'fail'; how: string }
  | { do: 'recall' };

/** No more numbers than this are counted. */
const MOST = 2000;

const unquoted = (text: string): string => text.trim().replace(/^(`+|"|')(.*)\1$/s, '$2');

const counted = (to: string): string =>
  Array.from({ length: Math.min(Number(to), MOST) }, (_, index) => index + 1).join(' ');

/** `please`, `now`, `ask me for permission to` say nothing that changes what is to be done. */
const POLITE =
  /^\s*(?:[-*]\s+|\d+[.)]\s+)?(?:(?:please|now|then|and)\s+)*(?:ask\s+(?:me\s+)?(?:for\s+permission\s+)?to\s+)?/i;

const stepOf = (line: string): Step | undefined => {
  const text = line.replace(POLITE, '').trim();
  const match = (pattern: RegExp): RegExpExecArray | null => pattern.exec(text);
  let found;
  if ((found = match(/^write\s+(\S+?)\s*:(?:\s+|$)(.*)$/i)))
    return { do: 'write', path: unquoted(found[1]!), content: found[2]! };
  if ((found = match(/^run:?\s+(.+)$/i))) return { do: 'run', command: unquoted(found[1]!) };
  if ((found = match(/^read\s+(\S+)$/i))) return { do: 'read', path: unquoted(found[1]!) };
  if ((found = match(/^send(?:\s+me)?\s+(\S+)$/i))) return { do: 'send', path: unquoted(found[1]!) };
  if ((found = match(/^(slowly\s+)?count\s+to\s+(\d{1,6})$/i)))
    return { do: 'say', text: counted(found[2]!), slowly: true };
  if ((found = match(/^slowly\s+(?:say\s+)?(.+)$/i))) return { do: 'say', text: found[1]!, slowly: true };
  if ((found = match(/^say\s+(.+)$/i))) return { do: 'say', text: found[1]!, slowly: false };
  if ((found = match(/^question\s+([^|]*\?)\s+([^|]+(?:\|[^|]+)+)$/i))) {
    const options = found[2]!.split('|').map((option) => option.trim());
    return { do: 'question', text: found[1]!, options };
  }
  if ((found = match(/^ask\s+(.+)$/i)))
    return {
      do: 'say',
      text: `You asked: “${found[1]!}” A rehearsal knows no answers; a real model would.`,
      slowly: false,
    };
  if ((found = match(/^fail(?:\s+([\w-]+))?$/i))) return { do: 'fail', how: (found[1] ?? 'request').toLowerCase() };
  if (match(/^(?:recall|what did i (?:just )?say(?: before)?\??)$/i)) return { do: 'recall' };
  return undefined;
};

/**
 * The steps that a text asks for, in order; lines that ask for nothing are passed over. A fenced block right below
 * `write <path>:` is the file's content.
 */
export const readScript = (text: string): Step[] => {
  const lines = text.split('\n');
  const steps: Step[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    const step = stepOf(lines[index] ?? '');
    const fence = /^\s*(`{3,}|~{3,})/.exec(lines[index + 1] ?? '')?.[1];
    if (step?.do === 'write' && step.content === '' && fence !== undefined) {
      const end = lines.findIndex((line, at) => at > index + 1 && line.trim() === fence);
      const last = end === -1 ? lines.length : end;
      steps.push({ ...step, content: `${lines.slice(index + 2, last).join('\n')}\n` });
      index = last;
    } else if (step) steps.push(step);
  }
  return steps;
};
