import type { TurnFinished } from '@threadbox/schemas';

/** The word under an answer that is none, or not the whole one. */
const closing = ({ outcome, error }: Pick<TurnFinished['data'], 'outcome' | 'error'>): string | undefined => {
  switch (outcome) {
    case 'completed':
      return undefined;
    case 'cancelled':
      return '*Stopped.*';
    case 'refused':
      return '*The model declined to answer.*';
    case 'limited':
      return '*The answer reached its limit here. Say “continue” for more.*';
    case 'failed':
      return `**That did not work.** ${error ?? 'The agent ended without saying why.'}`;
  }
};

/** A line about the tools that a turn used, if it used any. */
const stepsLine = ({ outcome, steps }: Pick<TurnFinished['data'], 'outcome' | 'steps'>): string | undefined => {
  const failed = steps.filter(({ ok }) => !ok).length;
  return outcome === 'completed' && steps.length > 0
    ? `*🔧 ${steps.length} ${steps.length === 1 ? 'step' : 'steps'}${failed > 0 ? `, ${failed} failed` : ''}*`
    : undefined;
};

/** What a placeholder becomes of which nothing else is to be said. */
export const ANSWERED_BELOW = '*Answered below.*';

/** What a placeholder becomes whose answer stands below, because the turn asked something meanwhile. */
export const aboveText = (finished: Pick<TurnFinished['data'], 'outcome' | 'steps'>): string =>
  stepsLine(finished) ?? ANSWERED_BELOW;

/**
 * What a finished turn looks like in the chat, Markdown: the answer, how it ended, and a line about the tools, unless that
 * stands above.
 */
export const finalText = (finished: TurnFinished['data'], isBelow = false): string => {
  const { text, files } = finished;
  const answer = text.trim() === '' ? undefined : text.trimEnd();
  const word = closing(finished) ?? (answer === undefined ? (files.length > 0 ? 'Here you are.' : 'Done.') : undefined);
  const footer = isBelow ? undefined : stepsLine(finished);
  return [answer, word, footer].filter((part) => part !== undefined).join('\n\n');
};

/** What a placeholder says before its turn runs. */
export const placeholderText = (ahead: number): string =>
  ahead === 0
    ? 'Working…'
    : `Waiting: ${ahead === 1 ? 'one message comes' : `${ahead} messages come`} before this one.`;

/** Under a message that may stand twice, because the platform never said whether the first was posted. */
export const AGAIN = '\n\n*(sent again: the chat did not say whether it had arrived)*';
