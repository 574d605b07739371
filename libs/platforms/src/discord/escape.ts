/** Marks of Discord's Markdown wherever they stand; `<` begins mentions, times and addresses, `[` links. */
const marks = /[\\*_~`|<[\]]/g;
/** `:name:` becomes an emoji, and `https://` a link that swallows what follows; `@everyone` would light up. */
const words = /:(?=[\w+-]+:|\/\/)|@(?=everyone\b|here\b)/g;
/** Headings, subtext, lists and quotes begin so, at the beginning of a line. */
const begins = /^([ \t]*)([#>+-]|\d+(?=[.)]))/gm;

/**
 * Text that Discord shows as it is. A backslash before punctuation is not shown; letters and digits cannot take one, so
 * a number that would begin a list has it before its dot.
 */
export const escapeText = (text: string): string =>
  text
    .replaceAll(marks, String.raw`\$&`)
    .replaceAll(words, String.raw`\$&`)
    .replaceAll(begins, (_, space: string, mark: string) =>
      /\d/.test(mark) ? `${space}${mark}\\` : `${space}\\${mark}`,
    );

/**
 * Inline code as Discord reads it: one backtick, two around code that has one. Code that two cannot hold (they are the
 * most there are), and code that shows nothing, is plain text.
 */
export const inlineCode = (value: string): string => {
  const text = value.replaceAll(/\s*\n\s*/g, ' ');
  if (text.trim() === '' || text.includes('``')) return escapeText(text);
  if (!text.includes('`')) return `\`${text}\``;
  const before = text.startsWith('`') ? ' ' : '';
  const after = text.endsWith('`') ? ' ' : '';
  return `\`\`${before}${text}${after}\`\``;
};

/** A zero-width space: three backticks inside a block of code would end it, and Discord knows no longer fence. */
const APART = '\u200B';

/** A block of code; its language only where Discord would not show it as the first line. */
export const codeBlock = (value: string, language: string | null | undefined): string => {
  const word = /^[\w+.#-]{1,32}$/.test(language ?? '') ? language : '';
  const safe = value.replaceAll(/`(?=``)|``(?=`)/g, (mark) => mark.split('').join(APART) + APART);
  return `\`\`\`${word}\n${safe}\n\`\`\``;
};
