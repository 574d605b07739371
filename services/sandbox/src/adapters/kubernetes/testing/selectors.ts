/** Of the stand-in for a cluster: what a list or a watch selects. */
import { ApiError } from './api-error.ts';
import type { Stored } from './store.ts';

const matchesLabels = (term: string, labels: Readonly<Record<string, string>>): boolean => {
  const match = /^(?:([\w./-]+)(?:(==?|!=)([\w.-]*))?|!([\w./-]+))$/.exec(term);
  if (!match) throw new ApiError(400, 'BadRequest', `unable to parse requirement: ${term}`);
  const [, name = '', operator, value = '', absent] = match;
  if (absent !== undefined) return !Object.hasOwn(labels, absent);
  if (operator === undefined) return Object.hasOwn(labels, name);
  return operator === '!=' ? labels[name] !== value : labels[name] === value;
};

const FIELDS = ['metadata.name', 'involvedObject.name', 'status.phase', 'spec.nodeName'];
const fieldOf = (object: Stored, path: string): unknown =>
  path
    .split('.')
    .reduce<unknown>(
      (part, name) => (typeof part === 'object' && part !== null ? (part as Record<string, unknown>)[name] : undefined),
      object,
    );
const matchesField = (term: string, object: Stored): boolean => {
  const [path = '', value = ''] = term.split('=');
  if (!FIELDS.includes(path)) throw new ApiError(400, 'BadRequest', `field label not supported: ${path}`);
  return fieldOf(object, path) === value;
};

/** Whether an object is selected; a selector that is not there selects everything. Refuses what it does not understand. */
export const selects =
  ({ labelSelector, fieldSelector }: { labelSelector?: string | undefined; fieldSelector?: string | undefined }) =>
  (object: Stored): boolean =>
    (labelSelector ?? '')
      .split(',')
      .filter(Boolean)
      .every((term) => matchesLabels(term, object.metadata.labels ?? {})) &&
    (fieldSelector ?? '')
      .split(',')
      .filter(Boolean)
      .every((term) => matchesField(term, object));
