/** A message of Discord's as people see it: part of a test double, much simpler than Discord's own reader. */

const code = /(?<!\\)```(?:[\w+.#-]*\n)?\n?([\s\S]*?)\n?```/;
const marks = /^(?:\*\*|\*|__|_|~~|\|\|)/;

const prose = (text: string): string => {
  let seen = '';
  let rest = text;
  while (rest !== '') {
    const isLineStart = seen === '' || seen.endsWith('\n');
    const begin = isLineStart ? /^(?:> ?|-# |#{1,3} )+/.exec(rest) : null;
    const found =
      /^\\([^0-9A-Za-z\s])/.exec(rest) ??
      /^``([\s\S]*?[^`])``(?!`)/.exec(rest) ??
      /^`([^`]+)`/.exec(rest) ??
      /^<(https?:\/\/[^\s>]+)>/.exec(rest);
    const link = /^\[((?:\\[\s\S]|[^\]\\])*)\]\(<([^>]*)>\)/.exec(rest);
    const mark = marks.exec(rest);
    if (begin) rest = rest.slice(begin[0].length);
    else if (found) {
      seen += found[1]!;
      rest = rest.slice(found[0].length);
    } else if (link) {
      seen += prose(link[1]!);
      rest = rest.slice(link[0].length);
    } else if (mark) rest = rest.slice(mark[0].length);
    else {
      seen += rest[0]!;
      rest = rest.slice(1);
    }
  }
  return seen;
};

/** What people see of a content: marks gone, escapes resolved, code literal. */
export const seenOnDiscord = (content: string): string => {
  const block = code.exec(content);
  if (!block) return prose(content);
  const before = content.slice(0, block.index);
  const after = content.slice(block.index + block[0].length);
  return prose(before) + block[1]! + seenOnDiscord(after);
};
