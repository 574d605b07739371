import type { Button } from '@threadbox/schemas';
import {
  ButtonStyle,
  ComponentType,
  TextInputStyle,
  type APIActionRowComponent,
  type APIComponentInMessageActionRow,
  type APIModalInteractionResponseCallbackData,
} from 'discord.js';
import { customId } from './custom-id.ts';

/** A row of buttons or a menu below a message. */
export type Row = APIActionRowComponent<APIComponentInMessageActionRow>;

/** More buttons than these are a menu, which shows their labels whole on a phone too. */
const BUTTONS = 5;
/** Discord's limits: options of a menu, rows of a message, characters of a form's title and of what is typed. */
const limits = { options: 25, rows: 5, title: 45, text: 4000 } as const;

const styles = { primary: ButtonStyle.Primary, secondary: ButtonStyle.Secondary, danger: ButtonStyle.Danger } as const;

const inSlices = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));

const menu = (buttons: readonly Button[], index: number): Row => ({
  type: ComponentType.ActionRow,
  components: [
    {
      type: ComponentType.StringSelect,
      custom_id: `menu:${index}`,
      placeholder: 'Choose…',
      options: buttons.map((button) => ({ label: button.label, value: customId(button) })),
    },
  ],
});

/** Buttons below a message: up to five in a row, more as a menu; none take away those that stand there. */
export const rowsOf = (buttons: readonly Button[] = []): Row[] => {
  if (buttons.length === 0) return [];
  if (buttons.length > BUTTONS) return inSlices(buttons, limits.options).slice(0, limits.rows).map(menu);
  const components = buttons.map((button) => ({
    type: ComponentType.Button as const,
    style: styles[button.style],
    label: button.label,
    custom_id: customId(button),
  }));
  return [{ type: ComponentType.ActionRow, components }];
};

/** The form that asks for words; what was typed comes back with the value. */
export const form = (value: string, prompt: string): APIModalInteractionResponseCallbackData => ({
  custom_id: value,
  title: prompt.slice(0, limits.title).toWellFormed(),
  components: [
    {
      type: ComponentType.Label,
      label: 'Your words',
      component: {
        type: ComponentType.TextInput,
        custom_id: 'text',
        style: TextInputStyle.Paragraph,
        required: true,
        max_length: limits.text,
      },
    },
  ],
});
