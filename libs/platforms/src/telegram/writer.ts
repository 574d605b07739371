import type { MessageEntity } from 'grammy/types';

type EntityType = 'bold' | 'italic' | 'strikethrough' | 'blockquote' | 'code' | 'pre' | 'text_link';

/** Text and what marks it, offsets and lengths in UTF-16 code units, as the Bot API counts. */
export type Formatted = { text: string; entities: MessageEntity[] };

/** Collects text and its entities in reading order. */
export type Writer = {
  write: (text: string) => void;
  /** Begins a new line; whatever comes but a code block is indented like the lines around it. */
  newLine: () => void;
  /** What `inside` writes bears this mark, unless it already stands in one that may not hold it. */
  mark: (type: EntityType, inside: () => void, more?: { url?: string; language?: string }) => void;
  /** The lines that `inside` begins are indented by so much more. */
  indented: (by: string, inside: () => void) => void;
  done: () => Formatted;
};

/** Code may hold no other mark; code and links may not hold each other (Bot API, MessageEntity). */
const isBarred = (type: EntityType, active: readonly EntityType[]): boolean =>
  active.includes(type) ||
  active.includes('code') ||
  active.includes('pre') ||
  (active.includes('text_link') && (type === 'code' || type === 'pre'));

const unbroken = (from: number, to: number, holes: readonly (readonly [number, number])[]): [number, number][] => {
  const ranges: [number, number][] = [];
  let start = from;
  for (const [hole, end] of holes) {
    if (hole < from) continue;
    if (hole > start) ranges.push([start, hole]);
    start = end;
  }
  if (to > start) ranges.push([start, to]);
  return ranges;
};

/** Telegram trims a text at both ends, in front not into the first mark; done here, the offsets stay right. */
const trimmed = ({ text, entities }: Formatted): Formatted => {
  const first = Math.min(text.length, ...entities.map(({ offset }) => offset));
  const front = text.slice(0, first);
  const cut = front.length - front.trimStart().length;
  const kept = text.slice(cut).trimEnd();
  const moved = entities.map((entity) => {
    const offset = entity.offset - cut;
    return { ...entity, offset, length: Math.min(entity.length, kept.length - offset) };
  });
  return { text: kept, entities: moved.filter(({ length }) => length > 0) };
};

/** An empty writer. */
export const createWriter = (): Writer => {
  let text = '';
  let indent = '';
  const entities: MessageEntity[] = [];
  const active: EntityType[] = [];
  const holes: [number, number][] = [];

  /** Indentation comes with what is written, so that empty lines have none and code blocks begin at the edge. */
  let isNewLine = false;
  const beginLine = (isCode: boolean): void => {
    if (isNewLine && !isCode) text += indent;
    isNewLine = false;
  };
  const write: Writer['write'] = (more) => {
    beginLine(active.includes('pre'));
    text += indent === '' || active.includes('pre') ? more : more.replaceAll('\n', `\n${indent}`);
  };
  const mark: Writer['mark'] = (type, inside, more) => {
    if (isBarred(type, active)) return inside();
    if (type !== 'blockquote') beginLine(type === 'pre');
    const start = text.length;
    active.push(type);
    inside();
    active.pop();
    // Styles leave out the code inside them: a mark that may not stand in another would be dropped with it.
    const isStyle = type === 'bold' || type === 'italic' || type === 'strikethrough';
    const ranges = isStyle ? unbroken(start, text.length, holes) : unbroken(start, text.length, []);
    for (const [offset, end] of ranges) entities.push({ type, offset, length: end - offset, ...more } as MessageEntity);
    if (type === 'code' || type === 'pre') holes.push([start, text.length]);
  };
  return {
    write,
    newLine: () => {
      text += '\n';
      isNewLine = true;
    },
    mark,
    indented: (by, inside) => {
      const before = indent;
      indent += by;
      inside();
      indent = before;
    },
    done: () =>
      trimmed({ text, entities: entities.toReversed().toSorted((a, b) => a.offset - b.offset || b.length - a.length) }),
  };
};
