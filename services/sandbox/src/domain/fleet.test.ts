import { fold, given } from '@threadbox/eventsourcing';
import { deriveId, type FleetEvent } from '@threadbox/schemas';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fleet, type FleetCommand } from './fleet.ts';

const id = (n: number): string => deriveId('sandbox', n);
const ticket = (n: number): string => deriveId('ticket', n);
const request = (n: number, max = 1): FleetCommand => ({
  type: 'request',
  sandbox: id(n),
  agent: 'claude',
  ticket: ticket(n),
  max,
});
const requested = (n: number): FleetEvent => ({ type: 'sandbox-requested', sandbox: id(n), agent: 'claude' });
const started = (n: number): FleetEvent => ({ type: 'sandbox-started', sandbox: id(n), agent: 'claude' });
const queued = (n: number, place: number): FleetEvent => ({
  type: 'sandbox-queued',
  sandbox: id(n),
  place,
  ticket: ticket(n),
});
const stopped = (n: number, reason: 'idle' | 'failed' = 'idle'): FleetEvent => ({
  type: 'sandbox-stopped',
  sandbox: id(n),
  reason,
});
const full = [requested(1), started(1), requested(2), queued(2, 1), requested(3), queued(3, 2)];

describe('the fleet', () => {
  it('starts a sandbox while there is a place', () => {
    expect(given(fleet)(request(1))).toEqual([requested(1), started(1)]);
  });
  it('tells the others their place in line', () => {
    expect(given(fleet, requested(1), started(1))(request(2), request(3))).toEqual([requested(3), queued(3, 2)]);
  });
  it('asks twice, runs once', () => {
    expect(given(fleet, ...full)(request(1))).toEqual([]);
    expect(given(fleet, ...full)(request(2))).toEqual([]);
  });
  it('gives a freed place to the first in line, and moves the rest up', () => {
    const next: FleetEvent[] = [{ ...started(2), ticket: ticket(2) } as FleetEvent, queued(3, 1)];
    expect(given(fleet, ...full)({ type: 'stop', sandbox: id(1), reason: 'idle', max: 1 })).toEqual([
      stopped(1),
      ...next,
    ]);
    expect(given(fleet, ...full)({ type: 'delete', sandbox: id(1), max: 1 })).toEqual([
      { type: 'sandbox-deleted', sandbox: id(1) },
      ...next,
    ]);
    expect(given(fleet, ...full)({ type: 'fail', sandbox: id(1), reason: 'no disk', max: 1 })).toEqual([
      { type: 'sandbox-failed', sandbox: id(1), reason: 'no disk' },
      stopped(1, 'failed'),
      ...next,
    ]);
  });
  it('wakes what it knows, with the agent that it had, and nothing else', () => {
    expect(
      given(fleet, requested(1), started(1), stopped(1))({ type: 'wake', sandbox: id(1), ticket: ticket(1), max: 1 }),
    ).toEqual([requested(1), started(1)]);
    expect(given(fleet)({ type: 'wake', sandbox: id(1), ticket: ticket(1), max: 1 })).toEqual([]);
    expect(given(fleet, ...full)({ type: 'wake', sandbox: id(2), ticket: ticket(9), max: 1 })).toEqual([]);
  });
  it('deletes once', () => {
    expect(given(fleet)({ type: 'delete', sandbox: id(1), max: 1 })).toEqual([]);
  });
  it('lets one leave the line', () => {
    expect(given(fleet, ...full)({ type: 'delete', sandbox: id(2), max: 1 })).toEqual([
      { type: 'sandbox-deleted', sandbox: id(2) },
      queued(3, 1),
    ]);
  });
  it('starts those that fit when there are more places than before', () => {
    expect(given(fleet, ...full)({ type: 'fill', max: 2 })).toEqual([
      { ...started(2), ticket: ticket(2) },
      queued(3, 1),
    ]);
    expect(given(fleet, ...full)({ type: 'fill', max: 1 })).toEqual([]);
  });
  it('never runs more than there are places, and never forgets one that waits', () => {
    const command = fc.record({ kind: fc.constantFrom('request', 'stop', 'fail', 'delete', 'fill'), n: fc.nat(5) });
    fc.assert(
      fc.property(fc.array(command, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (commands, max) => {
        let state = fleet.initial;
        const wanted = new Set<string>();
        for (const { kind, n } of commands) {
          const sandbox = id(n);
          const made: FleetCommand =
            kind === 'request'
              ? request(n, max)
              : kind === 'fill'
                ? { type: 'fill', max }
                : kind === 'stop'
                  ? { type: 'stop', sandbox, reason: 'idle', max }
                  : kind === 'fail'
                    ? { type: 'fail', sandbox, reason: 'x', max }
                    : { type: 'delete', sandbox, max };
          const failing = kind === 'fail' && !Object.hasOwn(state.running, sandbox);
          if (kind === 'request') wanted.add(sandbox);
          else if (kind !== 'fill' && !failing) wanted.delete(sandbox);
          state = fold(fleet, fleet.decide(made, state), state);
          const running = Object.keys(state.running);
          const waiting = state.line.map((one) => one.sandbox);
          expect(running.length).toBeLessThanOrEqual(max);
          expect(new Set([...running, ...waiting])).toEqual(wanted);
          expect(waiting.length === 0 || running.length === max).toBe(true);
        }
      }),
    );
  });
});
