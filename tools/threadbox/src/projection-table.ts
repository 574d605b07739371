import type { Bus } from '@threadbox/messaging';
import { rebuildProjection, verifyProjection, type Progress, type Skip, type Verdict } from '@threadbox/projections';
import type { AggregateType } from '@threadbox/schemas';
import type { Projection } from '@threadbox/projections';
import { membersProjection } from '../../../services/auth/src/projections/members.ts';
import { sandboxesProjection } from '../../../services/sandbox/src/projections/sandboxes.ts';
import { sessionsProjection } from '../../../services/session/src/projections/sessions.ts';

type Ports = Parameters<typeof rebuildProjection>[0] & { bus: Bus };
type Hear = { skip: Skip; progress?: (progress: Progress) => void };

/** A read model, and what an operator can do with it. */
export type OperatedProjection = {
  name: string;
  rebuild: (ports: Ports, hear: Hear) => Promise<{ sequence: number }>;
  verify: (ports: Ports, hear: Hear) => Promise<Verdict>;
};

const operated = <Type extends AggregateType>(projection: Projection<Type>): OperatedProjection => ({
  name: projection.name,
  rebuild: (ports, hear) => rebuildProjection(ports, projection, hear),
  verify: (ports, hear) => verifyProjection(ports, projection, hear),
});

/** Every read model there is. A test compares it with the services' `projections/` folders. */
export const projectionTable: readonly OperatedProjection[] = [
  operated(sessionsProjection),
  operated(sandboxesProjection),
  operated(membersProjection),
];
