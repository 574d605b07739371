import { Rejected } from './rejected.ts';

/** A domain, which stands for itself and everything below it. */
export type AllowList = ReadonlySet<string>;

/**
 * What sandboxes may reach where nobody said otherwise: package registries, git hosts, distributions' archives and what
 * toolchains load from. The model's own API is not here: it is reached through egress itself, with the credential.
 */
const DEFAULT_DOMAINS = [
  'npmjs.org',
  'npmjs.com',
  'yarnpkg.com',
  'nodejs.org',
  'pypi.org',
  'pythonhosted.org',
  'crates.io',
  'rust-lang.org',
  'golang.org',
  'go.dev',
  'rubygems.org',
  'maven.org',
  'packagist.org',
  'debian.org',
  'ubuntu.com',
  'alpinelinux.org',
  'github.com',
  'githubusercontent.com',
  'gitlab.com',
  'bitbucket.org',
  'codeberg.org',
] as const;

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** Reads domains with commas or white space between; `default` stands for the usual ones. Throws `Rejected` on what is none. */
export const readAllowList = (text: string): AllowList =>
  new Set(
    text
      .split(/[\s,]+/)
      .filter(Boolean)
      .flatMap((entry) => {
        const domain = entry.toLowerCase().replace(/^\*?\./, '');
        if (domain === 'default') return [...DEFAULT_DOMAINS];
        if (!DOMAIN.test(domain)) throw new Rejected(`“${entry}” is no domain`);
        return [domain];
      }),
  );

/** Whether a host is on the list, by its own name or a domain above it. Addresses never are. */
export const isAllowed = (list: AllowList, host: string): boolean => {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (!DOMAIN.test(name)) return false;
  const labels = name.split('.');
  return labels.some((_, i) => list.has(labels.slice(i).join('.')));
};
