import { testNats } from '@threadbox/tool-infrastructure/testing';
import { createEventStore } from '@threadbox/messaging';
import { fleet } from '../../../services/sandbox/src/domain/fleet.ts';
import { fleetView } from '../../../services/session/src/domain/fleet-view.ts';
import { writeLog } from './write-log.ts';
const nats = await testNats();
const bus = await nats.connect('admin');
for (const turns of [10, 10]) {
  console.log(await writeLog(bus, { events: 100000, turns }));
  for (const [n, d] of [
    ['fleet', fleet],
    ['view', fleetView],
  ] as const) {
    const b = performance.now();
    const c = process.cpuUsage();
    const s = await createEventStore(bus, 'fleet', d as any).load('main');
    const x = process.cpuUsage(c);
    console.log(
      n,
      Math.round(performance.now() - b),
      'ms',
      Math.round((x.user + x.system) / 1000),
      'cpu ms',
      s.sequence,
      Object.keys((s.state as any).asleep ?? (s.state as any)).length,
      JSON.stringify(s.state).length,
    );
  }
}
await bus.close();
await nats.stop();
process.exit();
