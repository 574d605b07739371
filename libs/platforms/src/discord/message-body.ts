import { createHash } from 'node:crypto';
import { MessageFlags } from 'discord.js';

/** In every message of ours: nobody is mentioned, and no address in it is fetched by Discord for a preview. */
export const courtesy = { allowed_mentions: { parse: [] }, flags: MessageFlags.SuppressEmbeds } as const;

/** A key as a nonce, at most 25 characters: within a few minutes Discord answers a repeated post with the first message. */
export const nonceOf = (key: string): { nonce: string; enforce_nonce: true } => ({
  nonce: createHash('sha256').update(key).digest('base64url').slice(0, 25),
  enforce_nonce: true,
});
