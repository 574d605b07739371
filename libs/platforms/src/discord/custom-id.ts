import type { Button } from '@threadbox/schemas';

/** The most characters of a custom_id and of an option's value (Discord, Component Reference). */
const LIMIT = 100;

/** What a pressed component stands for: the button's value, and the title of the form that it opens first. */
export type Pressed = { value: string; prompt: string | undefined };

const ASK = /^ask(\d{1,3}):/;

/**
 * A button as a custom_id. That is its value; one with a prompt is `ask<length>:<value><prompt>`, so that the listener
 * can open the form at once and without asking anybody. A value has at most 64 bytes, so a prompt keeps 28 characters.
 */
export const customId = ({ value, prompt }: Pick<Button, 'value' | 'prompt'>): string =>
  prompt === undefined && !ASK.test(value)
    ? value
    : `ask${value.length}:${value}${prompt ?? ''}`.slice(0, LIMIT).toWellFormed();

/** The inverse of `customId`, as far as the prompt had room. */
export const pressed = (id: string): Pressed => {
  const match = ASK.exec(id);
  if (!match) return { value: id, prompt: undefined };
  const rest = id.slice(match[0].length);
  const length = Number(match[1]);
  return { value: rest.slice(0, length), prompt: rest.slice(length) || undefined };
};
