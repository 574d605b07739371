import { runService } from '@threadbox/chassis';
import { openDriver } from './adapters/open-driver.ts';
import { settings } from './config.ts';
import { start } from './start.ts';

await runService('sandbox', settings, (service) => start(service, openDriver));
