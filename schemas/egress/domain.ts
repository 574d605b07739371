import { z } from 'zod';

const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]$/;

/** A domain (RFC 1035, lower case, at least two labels): it stands for itself and everything below it. Never an address. */
export const Domain = z.string().max(253).regex(DOMAIN, 'is no domain');

/** A host as it is asked for: a name or an address, as long as a name may be. */
export const Host = z.string().min(1).max(255);

/** The domain that a text names, with `*.` or a dot before it or not; undefined where it names none. */
export const readDomain = (text: string): string | undefined => {
  const domain = text
    .toLowerCase()
    .replace(/^\*?\./, '')
    .replace(/\.$/, '');
  return Domain.safeParse(domain).data;
};

/** The same for what people type in a chat, where a platform may have made a link of it: the host of an address counts. */
export const readSaidDomain = (text: string): string | undefined =>
  readDomain(
    text
      .replace(/^[<`[(]+|[>`\])]+$/g, '')
      .replace(/^[^|]*\|/, '')
      .replace(/^https?:\/\//i, '')
      .replace(/[/:?#\]].*$/s, ''),
  );

/** The domain of a list that covers a host: its own name, or one above it. Addresses are covered by none. */
export const coveringDomain = (list: { has: (domain: string) => boolean }, host: string): string | undefined => {
  const name = host.toLowerCase().replace(/\.$/, '');
  if (!DOMAIN.test(name)) return undefined;
  const labels = name.split('.');
  return labels.map((_, i) => labels.slice(i).join('.')).find((domain) => list.has(domain));
};
