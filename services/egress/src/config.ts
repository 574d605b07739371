import { port, secret, sharedPort } from '@threadbox/chassis';
import { natsSettings } from '@threadbox/messaging';
import { AllowList } from '@threadbox/schemas';
import { vaultKey } from '@threadbox/vault';
import { z } from 'zod';

const dollars = z.number().nonnegative().max(1_000_000);

/** Where the cache's prices are left out, they follow from the input's as they do for every model that is known. */
const PriceTableSetting = z.record(
  z.string().min(1).max(200),
  z
    .strictObject({
      input: dollars,
      output: dollars,
      cacheRead: dollars.optional(),
      cacheWrite: dollars.optional(),
      cacheWriteHour: dollars.optional(),
    })
    .transform(({ input, output, cacheRead, cacheWrite, cacheWriteHour }) => ({
      input,
      output,
      cacheRead: cacheRead ?? input * 0.1,
      cacheWrite: cacheWrite ?? input * 1.25,
      cacheWriteHour: cacheWriteHour ?? input * 2,
    })),
);

/** What egress needs of its environment. With no `ANTHROPIC_…` and no token set, the rehearsal answers. */
export const settings = z.object({
  ...natsSettings.shape,
  EGRESS_HOST: z.string().min(1).default('127.0.0.1'),
  EGRESS_PORT: port().default(8082),
  SHARED_PORT: sharedPort(),
  /** Shared with the sandbox service, which signs each sandbox's token with it. */
  EGRESS_SECRET: secret(),
  /** Domains that sandboxes may reach, with everything below them; `default` stands for package registries and git hosts. */
  EGRESS_ALLOW: AllowList,
  /** Prices beside or in place of the known ones, as JSON: dollars a million tokens by a model's name. */
  MODEL_PRICES: z
    .string()
    .optional()
    .transform((text, context) => {
      try {
        return PriceTableSetting.parse(text === undefined ? {} : JSON.parse(text));
      } catch {
        context.addIssue(
          'must be JSON such as {"claude-opus-5-5":{"input":4,"output":20}}, in dollars a million tokens',
        );
        return z.NEVER;
      }
    }),
  /** Opens people's own credentials; the gateway, which takes them, has it, too. */
  THREADBOX_CREDENTIAL_KEY: vaultKey().optional(),
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
