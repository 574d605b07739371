export { forgetProjections } from './checkpoints.ts';
export { connectDatabase, databaseSettings } from './database.ts';
export type { Rows, RowsOf } from './changes.ts';
export type { Projection, Skip } from './projection.ts';
export { rebuildProjection } from './rebuild.ts';
export type { Progress } from './replay-into.ts';
export { runProjection } from './run-projection.ts';
export { table } from './table.ts';
export { verifyProjection, type Verdict } from './verify.ts';
