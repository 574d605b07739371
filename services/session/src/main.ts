import { runService } from '@threadbox/chassis';
import { connectService, react, shareOf } from '@threadbox/messaging';
import { runProjection } from '@threadbox/projections';
import {
  Admitted,
  commit,
  durableOf,
  EgressEvent,
  FleetEvent,
  LedgerEvent,
  SandboxOutput,
  SessionEvent,
  ThreadOpened,
  TimerDue,
} from '@threadbox/schemas';
import { createPorts } from './adapters/ports.ts';
import { settings } from './config.ts';
import { sessionsProjection } from './projections/sessions.ts';
import { onEgressCommit, onFleetCommit, onLedgerCommit, onSessionCommit } from './reactors/dispatch.ts';
import { onButtonAdmitted } from './reactors/on-button-admitted.ts';
import { onCommandAdmitted } from './reactors/on-command-admitted.ts';
import { onEditAdmitted } from './reactors/on-edit-admitted.ts';
import { onMessageAdmitted } from './reactors/on-message-admitted.ts';
import { onReactionAdmitted } from './reactors/on-reaction-admitted.ts';
import { onSandboxOutput } from './reactors/on-sandbox-output.ts';
import { onThreadOpened } from './reactors/on-thread-opened.ts';
import { onTimerDue } from './reactors/on-timer-due.ts';

await runService('session', settings, async ({ config, log, onStop, check, fail }) => {
  const mine = shareOf(config);
  const bus = await connectService('session', config, fail);
  onStop(bus.close);
  check('nats', bus.isConnected);

  const ports = createPorts(bus, {
    idleAfter: config.IDLE_AFTER_SECONDS * 1000,
    settingsAllow: config.EGRESS_ALLOW,
  });
  const defaults = { defaultAgent: config.DEFAULT_AGENT };
  const message = onMessageAdmitted(ports, defaults);
  const command = onCommandAdmitted(ports, defaults);
  const button = onButtonAdmitted(ports);
  const edit = onEditAdmitted(ports);
  const reaction = onReactionAdmitted(ports);
  const output = onSandboxOutput(ports);
  // One for all shares: it counts turns.
  const sessionCommit = onSessionCommit(ports);

  for (const share of mine.shares) {
    const readers = [
      await react(bus, {
        durable: durableOf('session-admitted', share),
        schema: Admitted,
        keyOf: ({ subject }) => subject,
        log,
        handle: async (admitted, delivery) => {
          switch (admitted.type) {
            case 'message-admitted':
              return message(admitted, delivery);
            case 'edit-admitted':
              return edit(admitted, delivery);
            case 'reaction-admitted':
              return reaction(admitted);
            case 'command-admitted':
              return command(admitted, delivery);
            case 'button-admitted':
              return button(admitted, delivery);
          }
        },
      }),
      await react(bus, {
        durable: durableOf('session-opened', share),
        schema: ThreadOpened,
        log,
        handle: onThreadOpened(ports),
      }),
      await react(bus, {
        durable: durableOf('session-events', share),
        schema: commit(SessionEvent),
        keyOf: ({ subject }) => subject,
        log,
        handle: sessionCommit,
      }),
      await react(bus, {
        durable: durableOf('session-output', share),
        schema: SandboxOutput,
        keyOf: ({ subject }) => subject,
        log,
        handle: output,
        // Pieces of an answer pass by here; only what ends or asks is worth a span.
        traced: ({ type }) => type === 'turn-finished' || type === 'permission-asked' || type === 'question-asked',
      }),
      await react(bus, {
        durable: durableOf('session-ways', share),
        schema: commit(EgressEvent),
        log,
        handle: onEgressCommit(ports),
        traced: () => false,
      }),
      await react(bus, {
        durable: durableOf('session-ledgers', share),
        schema: commit(LedgerEvent),
        log,
        handle: onLedgerCommit(ports),
        traced: () => false,
      }),
    ];
    for (const reader of readers) onStop(reader.stop);
  }
  // What is not shared is one replica's.
  if (!mine.isFirst) return;
  const fleet = await react(bus, {
    durable: 'session-fleet',
    schema: commit(FleetEvent),
    log,
    handle: onFleetCommit(ports),
  });
  onStop(fleet.stop);
  const due = await react(bus, { durable: 'session-due', schema: TimerDue, log, handle: onTimerDue(ports) });
  onStop(due.stop);

  const projection = runProjection({ bus, databaseUrl: config.DATABASE_URL, log, ...sessionsProjection });
  onStop(projection.stop);
});
