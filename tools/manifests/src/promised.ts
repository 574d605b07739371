/**
 * Settings that the manifests give already, and that the services are only about to have. Whoever brings one takes it out here: the
 * test insists.
 */
export const promised: Readonly<Record<string, readonly string[]>> = {
  egress: ['NATS_URL', 'NATS_CREDS'],
};
