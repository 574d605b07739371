import type { Used } from './conversation.ts';
import type { Step } from './script.ts';

/** What the rehearsal says to somebody who asked for nothing that it knows. */
export const WELCOME = `This is a **rehearsal**: the agent is real, but no model is connected yet, so I only follow simple lines. Try one:

- \`write hello.txt: hi\` (I ask you first)
- \`run ls -la\`, or \`run touch new.txt\`
- \`read hello.txt\`
- \`send me hello.txt\`
- \`say something\`, or \`count to 50\` to watch an answer grow
- \`question Which one? Red | Blue\` (I ask you)
- \`ask anything\`

Several lines are done one after another. For the real thing, set \`ANTHROPIC_API_KEY\` (or \`CLAUDE_CODE_OAUTH_TOKEN\`) and start Threadbox again.`;

/** Claude Code's words for a tool that somebody said no to. */
const REFUSED = /doesn't want to (?:proceed|take this action)|refused permission|permission .* denied|user rejected/i;

const LONGEST = 4000;

const fenced = (text: string): string => {
  const body = text.length > LONGEST ? `${text.slice(0, LONGEST).toWellFormed()}\n…` : text;
  const ticks = '`'.repeat(Math.max(3, ...[...body.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${ticks}\n${body.trimEnd()}\n${ticks}`;
};

const deed = (step: Step): string => {
  switch (step.do) {
    case 'write':
      return `write \`${step.path}\``;
    case 'run':
      return `run \`${step.command}\``;
    case 'read':
      return `read \`${step.path}\``;
    case 'send':
      return `send \`${step.path}\``;
    case 'question':
      return `ask “${step.text}”`;
    case 'say':
    case 'fail':
    case 'recall':
      return step.do;
  }
};

const done = (step: Step, text: string): string => {
  switch (step.do) {
    case 'write':
      return `I wrote \`${step.path}\`.`;
    case 'run':
      return text.trim() === ''
        ? `\`${step.command}\` ran and said nothing.`
        : `\`${step.command}\` said:\n${fenced(text)}`;
    case 'read':
      return `\`${step.path}\` says:\n${fenced(text)}`;
    case 'send':
      return `Here is \`${step.path}\`.`;
    case 'question':
      return `You were asked “${step.text}”:\n${fenced(text)}`;
    case 'say':
    case 'fail':
    case 'recall':
      return '';
  }
};

/** What came of a step, in plain words. */
export const report = (step: Step, { failed, text }: Used): string => {
  if (!failed) return done(step, text);
  return REFUSED.test(text) ? `You did not let me ${deed(step)}.` : `I could not ${deed(step)}:\n${fenced(text)}`;
};
