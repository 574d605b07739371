import type { V1ContainerState, V1Pod, V1PodStatus } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { judge } from './verdict.ts';

const BORN = Date.UTC(2026, 0, 1);
const patience = { start: 180_000, image: 30_000, node: 15_000 };

type Marks = { deletionTimestamp?: Date; annotations?: Record<string, string> };
const pod = (status: V1PodStatus, marks: Marks = {}): V1Pod => ({
  metadata: { creationTimestamp: new Date(BORN), ...marks },
  spec: {
    containers: [{ name: 'runner', image: 'registry.test/sandbox:7', resources: { limits: { memory: '2048Mi' } } }],
  },
  status,
});
const container = (state: V1ContainerState, phase = 'Pending'): V1PodStatus => ({
  phase,
  containerStatuses: [{ name: 'runner', image: '', imageID: '', ready: false, restartCount: 0, state }],
});
const judged = (seen: V1Pod, after = 0) => judge(seen, BORN + after, patience);

describe('the verdict on a pod', () => {
  it('is good while its container runs', () => {
    expect(judged(pod(container({ running: {} }, 'Running')), 1e9)).toEqual({ state: 'well' });
  });

  it.each([
    [
      'too much memory',
      container({ terminated: { exitCode: 137, reason: 'OOMKilled' } }, 'Failed'),
      'over-limit',
      '2048Mi',
    ],
    ['an exit', container({ terminated: { exitCode: 1, reason: 'Error' } }, 'Failed'), 'died', 'exit code 1'],
    ['an exit without a failure', container({ terminated: { exitCode: 0 } }, 'Succeeded'), 'died', 'exit code 0'],
    ['a signal', container({ terminated: { exitCode: 139, signal: 11 } }, 'Failed'), 'died', 'signal 11'],
    [
      'its node’s need',
      { phase: 'Failed', reason: 'Evicted', message: 'The node was low on resource: memory. ' },
      'died',
      'The node was low on resource: memory)',
    ],
    [
      'too many files',
      { phase: 'Failed', reason: 'Evicted', message: 'Usage of EmptyDir volume "tmp" exceeds the limit "512Mi".' },
      'over-limit',
      'exceeds the limit "512Mi"',
    ],
    [
      'more scratch than all may have',
      {
        phase: 'Failed',
        reason: 'Evicted',
        message: 'Pod ephemeral local storage usage exceeds the total limit of containers 768Mi.',
      },
      'over-limit',
      '768Mi',
    ],
    [
      'a node’s shutdown',
      { phase: 'Failed', reason: 'Terminated', message: 'Pod was terminated in response to imminent node shutdown.' },
      'died',
      'node shutdown',
    ],
  ] as const)('tells %s', (_name, status, how, words) => {
    expect(judged(pod(status as V1PodStatus))).toEqual({
      state: 'over',
      how,
      reason: expect.stringContaining(words) as string,
    });
  });

  it('gives an image time to come, and then says which one did not and what to do', () => {
    const failing = pod(
      container({ waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image: not found' } }),
    );
    expect(judged(failing, 29_000)).toEqual({ state: 'coming' });
    expect(judged(failing, 31_000)).toMatchObject({
      how: 'cannot-start',
      reason: expect.stringMatching(
        /registry\.test\/sandbox:7 cannot be pulled.*not found.*check SANDBOX_IMAGE/,
      ) as string,
    });
  });

  it('does not wait for what no patience helps against', () => {
    expect(judged(pod(container({ waiting: { reason: 'InvalidImageName' } })))).toMatchObject({ how: 'cannot-start' });
    expect(
      judged(pod(container({ waiting: { reason: 'CreateContainerConfigError', message: 'image will run as root' } }))),
    ).toMatchObject({
      reason: expect.stringContaining('image will run as root') as string,
    });
  });

  it('says when no machine has room', () => {
    const conditions = [
      {
        type: 'PodScheduled',
        status: 'False',
        reason: 'Unschedulable',
        message: '0/3 nodes are available: 3 Insufficient cpu.',
      },
    ];
    const unscheduled = pod({ phase: 'Pending', conditions });
    expect(judged(unscheduled, 100_000)).toEqual({ state: 'coming' });
    expect(judged(unscheduled, 181_000)).toMatchObject({
      how: 'cannot-start',
      reason: expect.stringMatching(/no machine.*room.*Insufficient cpu/) as string,
    });
  });

  it('says when its volume is not made', () => {
    const message = '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.';
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }];
    expect(judged(pod({ phase: 'Pending', conditions }), 181_000)).toMatchObject({
      reason: expect.stringMatching(/its volume cannot be had.*unbound.*SANDBOX_STORAGE_CLASS/) as string,
    });
  });

  it('takes a pod for lost whose end is overdue, and for nothing else while it is ended by us', () => {
    const leaving = { deletionTimestamp: new Date(BORN) };
    expect(judged(pod(container({ running: {} }, 'Running'), leaving), 5000)).toEqual({ state: 'coming' });
    expect(judged(pod(container({ running: {} }, 'Running'), leaving), 20_000)).toMatchObject({
      how: 'died',
      reason: 'its machine is gone',
    });
    const ours = { annotations: { 'threadbox.dev/ending': 'true' } };
    expect(judged(pod(container({ terminated: { exitCode: 137 } }, 'Failed'), ours))).toEqual({ state: 'coming' });
  });
});
