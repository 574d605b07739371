/** A JSON Schema as zod writes it: as much of it as our schemas use. */
export type JsonSchema = {
  const?: unknown;
  enum?: readonly unknown[];
  type?: string;
  format?: string;
  pattern?: string;
  minimum?: number;
  exclusiveMinimum?: number;
  minItems?: number;
  items?: JsonSchema;
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  oneOf?: readonly JsonSchema[];
  anyOf?: readonly JsonSchema[];
};

/** Much or little: everything optional and the first of each choice, or nothing optional and the last. */
export type Fill = 'full' | 'lean';

const TIME = '2026-01-01T00:00:00.000Z';

/** Texts that our patterns take; the first that fits is used. */
const TEXTS = ['text', 'web:ana~first', 'example.com'];

const textOf = ({ format, pattern }: JsonSchema, name: string, idOf: (name: string) => string): string => {
  if (format === 'uuid') return idOf(name);
  if (format === 'date-time') return TIME;
  if (format === 'date') return TIME.slice(0, 10);
  const text = TEXTS.find((one) => pattern === undefined || new RegExp(pattern).test(one));
  if (text === undefined) throw new Error(`no sample text fits ${pattern}: add one to TEXTS`);
  return text;
};

/**
 * A value that a schema takes, always the same one. `idOf` gives a UUID for a field by its name, so that the same name is the
 * same thing in every sample.
 */
export const sampleOf = (schema: JsonSchema, fill: Fill, idOf: (name: string) => string, name = ''): unknown => {
  if (schema.const !== undefined) return schema.const;
  const choices = schema.oneOf ?? schema.anyOf;
  const chosen = choices?.at(fill === 'full' ? 0 : -1);
  if (chosen) return sampleOf(chosen, fill, idOf, name);
  if (schema.enum) return schema.enum.at(fill === 'full' ? 0 : -1);
  switch (schema.type) {
    case 'object': {
      const required = new Set(schema.required);
      const { additionalProperties: rest, properties = {} } = schema;
      const entries = Object.entries(properties)
        .filter(([key]) => fill === 'full' || required.has(key))
        .map(([key, value]): [string, unknown] => [key, sampleOf(value, fill, idOf, key)]);
      if (fill === 'full' && typeof rest === 'object' && schema.propertyNames)
        entries.push([String(sampleOf(schema.propertyNames, fill, idOf)), sampleOf(rest, fill, idOf)]);
      return Object.fromEntries(entries);
    }
    case 'array': {
      const count = fill === 'full' ? 1 : (schema.minItems ?? 0);
      return Array.from({ length: count }, () => sampleOf(schema.items ?? {}, fill, idOf, name));
    }
    case 'string':
      return textOf(schema, name, idOf);
    case 'integer':
    case 'number':
      return Math.max(1, schema.minimum ?? 1);
    case 'boolean':
      return true;
    case undefined:
    default:
      return null;
  }
};
