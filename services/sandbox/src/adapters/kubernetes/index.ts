export { connectCluster } from './cluster.ts';
export { createKubernetesDriver } from './kubernetes-driver.ts';
export { createWarmPool } from './warm-pool.ts';
