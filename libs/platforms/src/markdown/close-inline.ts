type Open = { marks: readonly string[]; cut: number };

const isWord = (character: string | undefined): boolean => character !== undefined && /[\p{L}\p{N}_]/u.test(character);
const isSpace = (character: string | undefined): boolean => character === undefined || /\s/.test(character);

/** `***` is strong and emphasis; a run of another length is one mark (strong, emphasis, strikethrough). */
const marksOf = (run: string): string[] => (run.length === 3 ? [run.slice(0, 2), run.slice(0, 1)] : [run]);

/** Takes off the open marks that a run closes; tells what remains of the run. */
const closeWith = (open: string[], run: string): string => {
  let rest = run;
  while (rest !== '') {
    const i = open.findLastIndex((mark) => rest.startsWith(mark));
    if (i < 0) return rest;
    rest = rest.slice(open[i]!.length);
    open.splice(i);
  }
  return rest;
};

/** The marks still open at the end of a paragraph, and where it ends without a mark that has nothing after it. */
const openMarks = (text: string): Open => {
  const open: string[] = [];
  for (let i = 0; i < text.length;) {
    const run = /^(?:\\[\s\S]|`+|\*+|_+|~+|[^\\`*_~]+|\\)/.exec(text.slice(i, i + 4000))![0];
    const end = i + run.length;
    const [before, after] = [text[i - 1], text[end]];
    if (run[0] === '`') {
      const close = new RegExp(`(?<!\`)${run}(?!\`)`).exec(text.slice(end));
      if (close === null) return isSpace(after) ? { marks: open, cut: i } : { marks: [...open, run], cut: text.length };
      i = end + close.index + run.length;
      continue;
    }
    if (/^(?:\*{1,3}|_{1,3}|~{1,2})$/.test(run)) {
      const canClose = !isSpace(before) && (run[0] !== '_' || !isWord(after));
      const rest = canClose ? closeWith(open, run) : run;
      const isHalf = after === undefined && rest !== '' && open.some((mark) => mark.startsWith(rest));
      if (isHalf) return { marks: open, cut: end - rest.length };
      // A lone star or underscore inside a word is multiplication or a name far more often than emphasis.
      const canOpen = (rest.length > 1 && run[0] !== '_') || !isWord(before);
      if (rest !== '' && canOpen && after === undefined) return { marks: open, cut: end - rest.length };
      if (rest !== '' && rest !== '~' && canOpen && !isSpace(after)) open.push(...marksOf(rest));
    }
    i = end;
  }
  return { marks: open, cut: text.length };
};

/** One paragraph that is still being written, its emphasis and code closed, and an unfinished address left out. */
export const closeInline = (paragraph: string): string => {
  const text = paragraph.trimEnd();
  const { marks, cut } = openMarks(text);
  if (marks.at(-1)?.startsWith('`')) return text + marks.toReversed().join('');
  const shown = text.slice(0, cut).replace(/!?\[([^[\]\n]*)\]\([^()\s`]*$/, '$1');
  return marks.length === 0 && shown === text ? paragraph : shown.trimEnd() + marks.toReversed().join('');
};
