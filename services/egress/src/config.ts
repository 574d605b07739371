import { port, secret } from '@threadbox/chassis';
import { z } from 'zod';
import { readAllowList } from './domain/allow-list.ts';

/** What egress needs of its environment. With no `ANTHROPIC_…` and no token set, the rehearsal answers. */
export const settings = z.object({
  EGRESS_HOST: z.string().min(1).default('127.0.0.1'),
  EGRESS_PORT: port().default(8082),
  /** Shared with the sandbox service, which signs each sandbox's token with it. */
  EGRESS_SECRET: secret(),
  /** Domains that sandboxes may reach, with everything below them; `default` stands for package registries and git hosts. */
  EGRESS_ALLOW: z
    .string()
    .default('default')
    .transform((text, context) => {
      try {
        return readAllowList(text);
      } catch (error) {
        context.addIssue(error instanceof Error ? error.message : 'cannot be read');
        return z.NEVER;
      }
    }),
  ANTHROPIC_API_KEY: secret().optional(),
  /** A subscription's token, as `claude setup-token` prints it. */
  CLAUDE_CODE_OAUTH_TOKEN: secret().optional(),
  /** A bearer token, for gateways that want one. */
  ANTHROPIC_AUTH_TOKEN: secret().optional(),
  /** Another address of the Messages API, such as a gateway of your own. */
  ANTHROPIC_BASE_URL: z
    .url({ protocol: /^https?$/, error: 'an http or https address' })
    .refine((text) => URL.parse(text)?.password === '', 'must hold no password: give it as ANTHROPIC_AUTH_TOKEN')
    .optional(),
});
