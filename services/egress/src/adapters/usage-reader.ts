import { StringDecoder } from 'node:string_decoder';
import { createParser } from 'eventsource-parser';
import { nothingSeen, see, type Seen } from '../domain/seen.ts';

/** The longest answer, or event of a stream, that is looked into, in characters; a longer one counts as not readable. */
const LONGEST = 16 * 1024 * 1024;

/** Looks at an answer of the model as it passes by. */
export type UsageReader = {
  /** Never throws, and keeps no piece. */
  feed: (piece: Buffer) => void;
  /** What was seen; undefined where it could not be read. `whole`: whether the answer came to its end. */
  end: (whole: boolean) => Seen | undefined;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const UNREADABLE: UsageReader = { feed: () => undefined, end: () => undefined };

const streamReader = (): UsageReader => {
  const decoder = new StringDecoder('utf8');
  let seen: Seen = nothingSeen;
  let isReadable = true;
  const parser = createParser({
    maxBufferSize: LONGEST,
    onEvent: ({ data }) => {
      seen = see(seen, parse(data));
    },
    onError: ({ type }) => {
      if (type === 'max-buffer-size-exceeded') isReadable = false;
    },
  });
  return {
    feed: (piece) => {
      if (!isReadable) return;
      try {
        parser.feed(decoder.write(piece));
      } catch {
        isReadable = false;
      }
    },
    end: () => (isReadable ? seen : undefined),
  };
};

const bodyReader = (): UsageReader => {
  const decoder = new StringDecoder('utf8');
  let text = '';
  return {
    feed: (piece) => {
      if (text.length <= LONGEST) text += decoder.write(piece);
    },
    end: (whole) => {
      const answer = whole && text.length <= LONGEST ? parse(text) : undefined;
      return answer === undefined ? undefined : { ...see(nothingSeen, answer), whole: true };
    },
  };
};

/** A reader for an answer with these headers: server-sent events or JSON; what is compressed cannot be read. */
export const createUsageReader = (headers: {
  'content-type'?: string | undefined;
  'content-encoding'?: string | undefined;
}): UsageReader => {
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity' && encoding !== '') return UNREADABLE;
  return /^text\/event-stream\b/i.test(headers['content-type'] ?? '') ? streamReader() : bodyReader();
};
