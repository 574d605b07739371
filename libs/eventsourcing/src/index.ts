export { fold, type Decider } from './decider.ts';
export { given } from './given.ts';
export { Rejected } from './rejected.ts';
