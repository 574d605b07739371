/**
 * Egress as it runs in production, in an internet with one site: every name ending in `.example` leads to 127.0.0.9, and the
 * port given as the first argument is open beside those of the web. It stands in for the internet and for nothing else.
 */
import { runService } from '@threadbox/chassis';
import { settings } from '../../../services/egress/src/config.ts';
import { INTERNET, start } from '../../../services/egress/src/start.ts';

const SITE = '127.0.0.9';

await runService('egress', settings, (service) =>
  start(service, {
    ports: new Set([...INTERNET.ports, Number(process.argv[2])]),
    lookup: (host) => Promise.resolve(host.endsWith('.example') ? [SITE] : []),
    isReachable: (address) => address === SITE,
  }),
);
