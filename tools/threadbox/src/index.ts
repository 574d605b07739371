export { bundleAlone } from './programs.ts';
export { writeSecrets } from './secrets.ts';
export { startThreadbox, type Threadbox } from './start-threadbox.ts';
