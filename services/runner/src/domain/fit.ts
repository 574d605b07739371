import type { TurnFinished } from '@threadbox/schemas';

/** NATS takes messages of 1 MiB; this leaves room for the envelope and the headers. */
const MOST_BYTES = 900_000;
const CUT = '\n\n*(The answer was too long; the rest is left out. Ask for it as a file.)*';
const LONGEST = 480_000;

const bytesOf = (data: TurnFinished['data']): number => new TextEncoder().encode(JSON.stringify(data)).length;

/** The same ending, small enough for one message: first tool calls are left out, then the end of the text. */
export const fit = (data: TurnFinished['data']): TurnFinished['data'] => {
  let fitted = data;
  if (fitted.text.length > LONGEST) fitted = { ...fitted, text: cut(fitted.text, LONGEST) };
  if (bytesOf(fitted) > MOST_BYTES) fitted = { ...fitted, steps: fitted.steps.slice(0, 50) };
  while (bytesOf(fitted) > MOST_BYTES && fitted.text.length > CUT.length)
    fitted = { ...fitted, text: cut(fitted.text, Math.floor(fitted.text.length * 0.8)) };
  return fitted;
};

const cut = (text: string, length: number): string => `${text.slice(0, length - CUT.length).toWellFormed()}${CUT}`;
