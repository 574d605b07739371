import { z } from 'zod';
import { readDomain } from './domain.ts';

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

/**
 * The setting EGRESS_ALLOW: domains with commas or white space between, `default` standing for the usual ones. The base
 * for every workspace; egress decides by it, session shows it.
 */
export const AllowList = z
  .string()
  .default('default')
  .transform((text, context): ReadonlySet<string> => {
    const entries = text.split(/[\s,]+/).filter(Boolean);
    const domains = entries.flatMap((entry) => {
      if (entry.toLowerCase() === 'default') return [...DEFAULT_DOMAINS];
      const domain = readDomain(entry);
      if (domain === undefined) context.addIssue(`“${entry}” is no domain`);
      return domain ?? [];
    });
    return new Set(domains);
  });
