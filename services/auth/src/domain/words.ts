import { limitWord } from '@threadbox/schemas';
import type { LinkRefusal } from './link.ts';
import type { Refusal, WorkspaceCommand } from './workspace.ts';

/** The question of the first contact. */
export const OWNER_QUESTION =
  '**Are you my owner?** Nobody owns me here yet. The owner decides who may talk to me; the first *Yes* counts.';

/** What the question becomes once it was answered. */
export const ownedWord = (owner: string): string =>
  `\`${owner}\` is my owner now. Let others in with \`/claude add user <id>\`; \`/claude help\` shows the rest.`;

/** What the question becomes after a No. */
export const DECLINED = 'All right, I belong to nobody. I will ask again when somebody talks to me.';

/** What strangers hear; their id is what an owner has to type. */
export const strangerWord = (id: string): string =>
  `I don't know you yet. Ask an owner of this workspace to say \`/claude add user ${id}\`.`;

/** What users hear when they give an owner's command. */
export const ownersOnly = (command: string): string => `Only an owner may say “${command}”.`;

/** What users hear who press a button that opens a way out of a sandbox. */
export const OWNERS_OPEN_WAYS = 'Only an owner may say where sandboxes go.';

/** What owners hear whose domain or amount cannot be read. */
export const NO_DOMAIN = 'That is no domain. A domain looks like `example.com`; addresses cannot be allowed.';
export const NO_AMOUNT = 'That is no amount. Say dollars, such as `5`, `2.50/day` or `20/month`, or `none` to lift it.';

/** How a change to the workspace is confirmed. */
export const confirmation = (command: WorkspaceCommand, changed: boolean): string => {
  switch (command.type) {
    case 'add':
      return changed
        ? `\`${command.member}\` is ${command.role === 'owner' ? 'an owner' : 'a user'} now.`
        : `\`${command.member}\` is here already.`;
    case 'delete-user':
      return `\`${command.member}\` is not let in any more.`;
    case 'delete-owner':
      return `\`${command.member}\` is a user now.`;
    case 'allow':
      return `Every sandbox of this workspace may reach \`${command.domain}\`${changed ? ' now' : ' already'}.`;
    case 'forbid':
      return changed
        ? `\`${command.domain}\` is not allowed everywhere any more. What the settings or a session allow stays.`
        : `\`${command.domain}\` was not allowed by the workspace.`;
    case 'limit': {
      const whose = command.user === undefined ? 'This workspace' : `\`${command.user}\``;
      return command.limit === 'none'
        ? `${whose} has no limit of its own${changed ? ' any more' : ''}.`
        : `${whose} may spend ${limitWord(command.limit)}${changed ? ' now' : ' already'}.`;
    }
    case 'contact':
    case 'claim':
    case 'decline':
      return '';
  }
};

/** How a code that links accounts is handed out. */
export const linkCodeWord = (code: string, minutes: number): string =>
  `Say \`/claude link ${code}\` to me on the other platform within ${minutes} minutes, and you are the same person there as here. Whoever says it becomes you: give it to nobody.`;

/** Where a code may be asked for: whoever reads it could become the one who asked. */
export const LINK_IN_PRIVATE =
  'Ask me for a code where we are alone, in a direct message: whoever reads it could use it.';

/** What is said once two accounts are one person. */
export const linkedWord = (principal: string): string => `This account and \`${principal}\` are the same person now.`;

/** What is said once they are no longer. */
export const UNLINKED = 'This account stands for itself now.';
export const NOT_LINKED = 'This account is linked to no other.';

const LINK_REFUSALS: Record<LinkRefusal, string> = {
  'unknown-code':
    'This code is not good, or not any more. `/claude link`, said on the other platform, gives a new one.',
  'same-account': 'This code comes from this very account: say it on another platform.',
};

/** Why a code linked nothing. */
export const linkRefusalWord = (reason: LinkRefusal): string => LINK_REFUSALS[reason];

/** How the page for a credential is told of. `ending`: of the one that is set already. */
export const credentialPageWord = (url: string, minutes: number, ending: string | undefined): string =>
  [
    ...(ending === undefined ? [] : [`Your sessions use your own key (…${ending}) now. To replace it:`]),
    `Open this page within ${minutes} minutes and put your key in: ${url}`,
    'It is kept encrypted, is used for your sessions only, and no sandbox ever sees it. The page is good once; give its address to nobody.',
  ].join('\n');

/** What is said where the page would be reached in the clear. */
export const CREDENTIAL_IN_THE_CLEAR =
  'I take no key over an address that is not encrypted. Whoever runs me sets `PUBLIC_URL` to an https address first.';

/** Whether what is put in on a page at this address can be read on its way: only this machine itself needs no https. */
export const isInTheClear = (publicUrl: string): boolean =>
  !/^https:\/\//i.test(publicUrl) && !/^http:\/\/(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(\/|$)/i.test(publicUrl);

/** Where one may be asked for: whoever has the address could put in a key of theirs, and read along. */
export const CREDENTIAL_IN_PRIVATE =
  'Ask me where we are alone, in a direct message: whoever reads the address of the page could use it.';

/** What is said once a credential counts. */
export const credentialSetWord = (kind: 'api-key' | 'subscription', ending: string): string =>
  `Your sessions use your own ${kind === 'api-key' ? 'API key' : 'subscription'} (…${ending}) from now on. \`/claude delete credential\` takes it back.`;
export const CREDENTIAL_LATE =
  'The page for your key was open for too long; what you put in was thrown away. `/claude credential` gives a new one.';
export const CREDENTIAL_REMOVED = 'Your key is deleted. Your sessions use the house’s again.';
export const NO_CREDENTIAL = 'You have given no key of your own.';

const REFUSALS: Record<Refusal, string> = {
  'not-an-owner': 'Only an owner may do that.',
  yourself: 'Nobody can remove or demote themselves: ask another owner.',
  'not-a-member': 'I don’t know that person, so there is nobody to put out.',
  'still-an-owner': 'That person is an owner: `/claude delete owner` makes them a user first.',
  'not-an-owner-there': 'That person is not an owner.',
};

/** A refusal in a sentence. */
export const refusalWord = (reason: Refusal): string => REFUSALS[reason];
