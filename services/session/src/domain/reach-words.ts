import { coveringDomain, type Allowance, type WayChoice } from '@threadbox/schemas';

export const NO_DOMAIN = 'That is no domain. A domain looks like `example.com`; addresses cannot be allowed.';
export const NO_AMOUNT = 'That is no amount. Say dollars, such as `5`, `2.50/day` or `20/month`, or `none` to lift it.';

/** What somebody hears who typed a choice that only a command can give. */
export const everywhereWord = (host: string): string =>
  `To allow it everywhere, press the button or say \`/claude allow ${host} everywhere\`.`;

/** A host that a sandbox was not let out to, as it is told and as it stands once an owner answered. */
export const wayText = (host: string, answer?: { choice: WayChoice; by: string }): string => {
  const wanted = `The sandbox wanted to reach \`${host}\`, which is not allowed.`;
  switch (answer?.choice) {
    case undefined:
      return `${wanted} Owners may let it: by a button, or \`/claude allow ${host}\`.`;
    case 'here':
      return `\`${host}\` is allowed in this session, by \`${answer?.by}\`. Ask the agent to try again.`;
    case 'everywhere':
      return `\`${host}\` is allowed in this workspace, by \`${answer?.by}\`. Ask the agent to try again.`;
    case 'no':
      return `${wanted} It stays so, says \`${answer?.by}\`.`;
  }
};

/** How a change to a session's list is confirmed; `still` names who allows it besides. */
export const allowedWord = (domain: string, changed: boolean): string =>
  `This session’s sandbox may reach \`${domain}\`${changed ? ' now' : ' already'}.`;
export const forbiddenWord = (domain: string, changed: boolean, still: 'settings' | 'workspace' | undefined): string =>
  [
    changed
      ? `\`${domain}\` is not allowed by this session any more.`
      : `\`${domain}\` was not allowed by this session.`,
    ...(still === 'settings' ? ['The settings (EGRESS_ALLOW) allow it still.'] : []),
    ...(still === 'workspace' ? [`The workspace allows it still: \`/claude forbid ${domain} everywhere\`.`] : []),
  ].join(' ');

/** Who allows a domain besides a session. */
export const allowedBesides = (
  domain: string,
  settings: ReadonlySet<string>,
  workspace: Allowance,
): 'settings' | 'workspace' | undefined => {
  if (coveringDomain(settings, domain) !== undefined) return 'settings';
  return coveringDomain(workspace.domains, domain) === undefined ? undefined : 'workspace';
};

const listed = ({ domains }: Allowance): string =>
  [...domains].map(([domain, by]) => `\`${domain}\` (${by})`).join(', ') || 'nothing';

/** What `/claude allowed` says: each list, and where it comes from. */
export const allowedText = (
  settings: ReadonlySet<string>,
  workspace: Allowance,
  session: Allowance | undefined,
): string =>
  [
    'Sandboxes may reach these domains and everything below them:',
    '',
    ...(session === undefined ? [] : [`- in this session: ${listed(session)}`]),
    `- in this workspace: ${listed(workspace)}`,
    `- by the settings (EGRESS_ALLOW): ${[...settings].map((domain) => `\`${domain}\``).join(', ') || 'nothing'}`,
  ].join('\n');
