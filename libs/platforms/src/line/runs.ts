import type { Heard } from './incoming.ts';

const isText = ({ said }: Heard): boolean => said.kind === 'message' && said.text !== '';

const belongTogether = (a: Heard, b: Heard): boolean =>
  a.said.kind === 'message' &&
  b.said.kind === 'message' &&
  a.conversation === b.conversation &&
  a.user === b.user &&
  !(isText(a) && isText(b)) &&
  (a.said.files.length > 0 || b.said.files.length > 0);

const join = (a: Heard, b: Heard): Heard => {
  if (a.said.kind !== 'message' || b.said.kind !== 'message') return a;
  const addressed = a.said.addressed === true || b.said.addressed === true;
  return {
    ...a,
    // The words carry the name; of files alone, the first.
    eventId: isText(b) ? b.eventId : a.eventId,
    deliveries: [...a.deliveries, ...b.deliveries],
    reply: b.reply ?? a.reply,
    said: {
      kind: 'message',
      text: a.said.text + b.said.text,
      files: [...a.said.files, ...b.said.files],
      ...(addressed && { addressed }),
    },
  };
};

/**
 * LINE has no captions: a picture and the words about it are two messages. What one person sends at once LINE delivers
 * at once, and of that, files and the words beside them are taken as one message. Two texts stay two.
 */
export const joinRuns = (heard: readonly Heard[]): Heard[] => {
  const joined: Heard[] = [];
  for (const each of heard) {
    const last = joined.at(-1);
    if (last && belongTogether(last, each)) joined[joined.length - 1] = join(last, each);
    else joined.push(each);
  }
  return joined;
};
