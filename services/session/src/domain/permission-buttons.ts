import type { Button, PermissionChoice } from '@threadbox/schemas';

/** What people say instead. */
const SHORT: ReadonlyMap<string, PermissionChoice> = new Map([
  ['yes', 'once'],
  ['no', 'deny'],
]);

const LETTERS = { once: 'o', session: 's', always: 'a', deny: 'd' } as const satisfies Record<PermissionChoice, string>;

/** The buttons under a permission request. Their values hold the request and fit into Telegram's 64 bytes. */
export const permissionButtons = (request: string): readonly Button[] => [
  { label: 'Allow once', value: `p:${request}:${LETTERS.once}`, style: 'primary' },
  { label: 'This session', value: `p:${request}:${LETTERS.session}`, style: 'secondary' },
  { label: 'Always', value: `p:${request}:${LETTERS.always}`, style: 'secondary' },
  { label: 'Deny', value: `p:${request}:${LETTERS.deny}`, style: 'danger' },
];

/** The answer that a button's value stands for, or undefined where it is no such button. */
export const readPermissionButton = (value: string): { request: string; choice: PermissionChoice } | undefined => {
  const match = /^p:([0-9a-f-]{36}):([osad])$/.exec(value);
  if (!match) return undefined;
  const choices = Object.keys(LETTERS) as PermissionChoice[];
  const choice = choices.find((name) => LETTERS[name] === match[2]);
  return choice && match[1] ? { request: match[1], choice } : undefined;
};

/** The answer that somebody typed instead of pressing: a button's number or its label; nothing else is one. */
export const readTypedAnswer = (text: string): PermissionChoice | undefined => {
  const said = text.trim().toLowerCase().replace(/[.!]$/, '');
  const order: readonly PermissionChoice[] = ['once', 'session', 'always', 'deny'];
  const labels = permissionButtons('').map(({ label }) => label.toLowerCase());
  return order.find((_, i) => said === String(i + 1) || said === labels[i]) ?? SHORT.get(said);
};
