import { setTimeout as sleep } from 'node:timers/promises';
import { NoRespondersError, RequestError, type NatsConnection } from '@nats-io/transport-node';
import { claimSubject } from '@threadbox/schemas';
import type { SandboxSpec } from '../driver.ts';

/** Milliseconds that a waiting runner may take to answer, its start included. */
const ANSWER = 2000;

const isNobody = (error: unknown): boolean =>
  error instanceof NoRespondersError || (error instanceof RequestError && error.cause instanceof NoRespondersError);

/** Tells a waiting runner who it is. True once it said that it took it; false where it does not within two seconds. */
export const claimOver = async (nc: NatsConnection, warmId: string, spec: SandboxSpec): Promise<boolean> => {
  const { id: sandbox, agent, natsCreds, modelToken } = spec;
  const claim = JSON.stringify({ sandbox, agent, natsCreds, modelToken });
  const until = Date.now() + ANSWER;
  while (Date.now() < until) {
    try {
      const reply = await nc.request(claimSubject(warmId), claim, { timeout: Math.max(1, until - Date.now()) });
      return reply.string() === 'taken';
    } catch (error) {
      if (!isNobody(error)) return false;
      // Its container runs, and it does not listen yet.
      await sleep(50);
    }
  }
  return false;
};
