import { runService } from '@threadbox/chassis';
import { settings } from './config.ts';
import { INTERNET, start } from './start.ts';

await runService('egress', settings, (service) => start(service, INTERNET));
