/**
 * Settings that the manifests give already, and that the services are only about to have. Whoever brings one takes it out here: the
 * test insists.
 */
export const promised: Readonly<Record<string, readonly string[]>> = {
  sandbox: [
    'SANDBOX_DRIVER',
    'SANDBOX_NAMESPACE',
    'SANDBOX_IMAGE',
    'SANDBOX_CPU',
    'SANDBOX_RUNTIME_CLASS',
    'SANDBOX_STORAGE_CLASS',
    'WARM_SANDBOXES',
  ],
  egress: ['NATS_URL', 'NATS_CREDS'],
};
