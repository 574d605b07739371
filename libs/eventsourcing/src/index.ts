export { fold, type Decider } from './decider.ts';
export { given } from './given.ts';
export { Rejected } from './rejected.ts';
export { at, drop, emptyIndex, put, type IndexByKey } from './index-by-key.ts';
