export { fold, type Decider } from './decider.ts';
export { given } from './given.ts';
export { Rejected } from './rejected.ts';
export { drop, emptyIndex, put, valueAt, type IndexByKey } from './index-by-key.ts';
