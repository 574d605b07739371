import type { V1Pod } from '@kubernetes/client-node';
import type { SandboxSpec } from '../driver.ts';

/** Pods that wait for a sandbox. */
export type WarmPool = {
  claim: (spec: SandboxSpec) => Promise<boolean>;
  finish: (spec: SandboxSpec, pod: V1Pod) => Promise<void>;
  refill: () => void;
  close: () => Promise<void>;
};
