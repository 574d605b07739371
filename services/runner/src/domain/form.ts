import { deriveId, type FormField } from '@threadbox/schemas';

/** A question of the agent's to the people, as far as they see it. */
export type Form = { text: string; fields: FormField[] };

const TEXT = 4000;
const FIELDS = 10;
const CHOICES = 24;

type Property = Record<string, unknown>;

const isRecord = (value: unknown): value is Property =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const clip = (value: unknown, most: number): string =>
  typeof value === 'string' ? value.slice(0, most).toWellFormed() : '';

/** The options of an enumeration, titled (`oneOf`, `anyOf`) or plain (`enum`); undefined where it is none. */
const choicesOf = (schema: Property): FormField['choices'] | undefined => {
  const titled = schema['oneOf'] ?? schema['anyOf'];
  if (Array.isArray(titled))
    return titled
      .filter(isRecord)
      .slice(0, CHOICES)
      .map((option) => ({
        value: clip(option['const'], 200),
        label: clip(option['title'], 200) || clip(option['const'], 200),
        help: clip(option['description'], 500),
      }));
  const plain = schema['enum'];
  return Array.isArray(plain)
    ? plain.slice(0, CHOICES).map((value) => ({ value: clip(value, 200), label: clip(value, 200), help: '' }))
    : undefined;
};

const fieldOf = (name: string, property: Property, other: string | undefined): FormField => {
  const common = { name, title: clip(property['title'], 200), help: clip(property['description'], 1000) };
  const items = property['items'];
  const many = property['type'] === 'array' && isRecord(items) ? choicesOf(items) : undefined;
  const one = choicesOf(property);
  if (many || one)
    return {
      ...common,
      kind: many ? 'many' : 'one',
      choices: many ?? one ?? [],
      ...(other !== undefined && { other }),
    };
  const type = property['type'];
  const kind = type === 'boolean' ? 'yes-no' : type === 'number' || type === 'integer' ? 'number' : 'text';
  return { ...common, kind, choices: [] };
};

/**
 * What an agent's elicitation asks (ACP `elicitation/create`, form mode: a JSON Schema of flat, primitive properties);
 * undefined where it asks for nothing, or for more than people would fill in. A property `x_custom` beside `x` is Claude
 * Code's way to take words of one's own for it.
 */
export const formOf = (message: unknown, schema: unknown): Form | undefined => {
  const properties = isRecord(schema) && isRecord(schema['properties']) ? schema['properties'] : {};
  const custom = (name: string): string => `${name}_custom`;
  const fields = Object.entries(properties).flatMap(([name, property]) => {
    const base = name.endsWith('_custom') ? name.slice(0, -'_custom'.length) : undefined;
    if (!isRecord(property) || (base !== undefined && Object.hasOwn(properties, base))) return [];
    return [fieldOf(name, property, Object.hasOwn(properties, custom(name)) ? custom(name) : undefined)];
  });
  return fields.length === 0 || fields.length > FIELDS ? undefined : { text: clip(message, TEXT), fields };
};

/** What makes two questions of one turn the same. */
export const formKey = (form: Form): string => deriveId('form', JSON.stringify(form));

/** The id of a question; `ordinal` counts the same ones that came before it in the turn. */
export const formRequest = (sandbox: string, turn: number, form: Form, ordinal: number): string =>
  deriveId('form', sandbox, turn, JSON.stringify(form), ordinal);
