/** What every agent is told about where it is. */
export const INSTRUCTIONS = `You work for people who talk to you in a chat thread; all of them may write to you. Your answers are shown there as Markdown: keep them short enough to read in a chat.
Your working directory is yours alone and is kept between messages.
Files that people send you are in the folder inbox/. To send somebody a file, put a copy of it into the folder outbox/ (at most 20 MB each); it is sent when you have finished your answer.
Nobody sees your terminal: whatever matters must be in your answer.`;

/** A file that came with a message: where it is now, or that it never arrived. */
export type GivenFile = { name: string; mediaType: string; path: string | undefined };

/** What is to be known about a message beside its words; undefined where there is nothing. */
export const messageContext = ({
  author,
  files,
}: {
  /** Who writes, where that is new. */
  author: string | undefined;
  files: readonly GivenFile[];
}): string | undefined => {
  const lines = [
    ...(author === undefined ? [] : [`Written by ${oneLine(author)}.`]),
    ...files.map(({ name, mediaType, path }) =>
      path === undefined
        ? `A file named ${oneLine(name)} was sent but did not arrive; ask for it again if you need it.`
        : `Attached: ${path} (${oneLine(mediaType)})`,
    ),
  ];
  return lines.length === 0 ? undefined : `<message-context>\n${lines.join('\n')}\n</message-context>`;
};

/** The message again, for an agent that was interrupted while it worked on it. The original words come last. */
export const recoveryPrompt = (text: string): string =>
  `You were interrupted in the middle of your work on the message below: your process was killed and has been started again. Part of the work may be done already. Check what is done before you repeat anything, and then finish it. The message was:\n\n${text}`;

const oneLine = (text: string): string =>
  text
    .replace(/[\s<>]+/g, ' ')
    .trim()
    .slice(0, 255);
