import { readFile } from 'node:fs/promises';
import { connect, credsAuthenticator } from '@nats-io/transport-node';
import { claimSubject, SandboxClaim } from '@threadbox/schemas';

/** The largest claim that is read, in bytes. */
const LARGEST = 64 * 1024;

/**
 * Waits until somebody says which sandbox this is to be, takes that word and answers it. What is no claim is refused and waited
 * past. Our connection can hear this one subject, and ends with the claim. Rejects once it is closed for good.
 */
export const awaitClaim = async (options: {
  url: string;
  warmId: string;
  /** The path of a credentials file. */
  creds: string;
  onReady: () => void;
}): Promise<SandboxClaim> => {
  const { url, warmId, creds, onReady } = options;
  const nc = await connect({
    servers: url,
    name: `warm-${warmId}`,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 250,
    authenticator: credsAuthenticator(await readFile(creds)),
  });
  try {
    const subscription = nc.subscribe(claimSubject(warmId));
    await nc.flush();
    onReady();
    for await (const message of subscription) {
      const claim = message.data.length > LARGEST ? undefined : parse(message.string());
      message.respond(claim ? 'taken' : 'this is no claim');
      if (!claim) continue;
      // The word must be out before we are gone.
      await nc.flush();
      return claim;
    }
  } finally {
    await nc.close();
  }
  throw new Error('the connection is closed, and nobody came');
};

const parse = (text: string): SandboxClaim | undefined => {
  try {
    return SandboxClaim.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};
