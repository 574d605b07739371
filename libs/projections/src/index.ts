export { isBadData } from './bad-data.ts';
export { connectDatabase, databaseSettings } from './database.ts';
export { migrate } from './migrate.ts';
export { runProjection, type Projection } from './run-projection.ts';
