import { v5 } from 'uuid';

/** The root of every derived id; changing it would make old work look new. */
const NAMESPACE = '6f0f2f5e-6d0a-5d5b-9a57-7d0f1f6f7a11';

/**
 * An id that depends on nothing but what caused it (UUIDv5, RFC 9562): the same work done twice
 * has the same id, and JetStream keeps only the first.
 */
export const deriveId = (...cause: ReadonlyArray<string | number>): string => v5(JSON.stringify(cause), NAMESPACE);
