import { jwtVerify, SignJWT } from 'jose';

const AUDIENCE = 'egress';
const keyOf = (secret: string): Uint8Array => new TextEncoder().encode(secret);

/**
 * What a sandbox presents to egress in place of a model key: a JWT (HS256, RFC 7519) that names the sandbox and ends by
 * itself, `expiresIn` seconds from now. Rejects where there is no secret.
 */
export const mintModelToken = (options: { secret: string; sandboxId: string; expiresIn: number }): Promise<string> =>
  new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(options.sandboxId)
    .setAudience(AUDIENCE)
    .setIssuedAt()
    .setExpirationTime(`${options.expiresIn}s`)
    .sign(keyOf(options.secret));

/** The sandbox that a token names (compared in constant time), or undefined where it is forged, expired, or meant for somebody else. */
export const verifyModelToken = async (secret: string, token: string): Promise<string | undefined> => {
  try {
    const { payload } = await jwtVerify(token, keyOf(secret), {
      algorithms: ['HS256'],
      audience: AUDIENCE,
      requiredClaims: ['exp', 'sub'],
    });
    return payload.sub;
  } catch {
    return undefined;
  }
};
