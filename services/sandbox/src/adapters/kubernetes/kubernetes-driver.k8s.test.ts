/**
 * `npm run test:k8s`: the driver contract on a real cluster, the one that KUBECONFIG names, with the image that
 * THREADBOX_SANDBOX_IMAGE names. Each test has a namespace of its own; nothing of it is left. Without a cluster it fails.
 */
import { driverContract } from '../driver-contract.ts';
import { connectCluster } from './cluster.ts';
import { createKubernetesDriver } from './kubernetes-driver.ts';
import { findCluster, openNamespace } from './testing/real-cluster.ts';

const real = await findCluster(process.env);

driverContract(
  'kubernetes, on a real cluster,',
  async () => {
    const place = await openNamespace(real);
    const another = () =>
      createKubernetesDriver({
        cluster: connectCluster({ kubeconfig: real.kubeconfig, namespace: place.namespace }),
        pods: place.pods,
        patience: { start: 180_000, image: 60_000, node: 60_000 },
        log: { warn: (fields, text) => console.warn(text, fields) },
      });
    const driver = another();
    await driver.watching;
    return {
      ...place,
      driver,
      another,
      end: async () => {
        await driver.close();
        await place.end();
      },
    };
  },
  { walls: true, patience: 120_000 },
);
