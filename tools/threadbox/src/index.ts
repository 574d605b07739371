export { writeSecrets } from './secrets.ts';
export { mainOf, startThreadbox, type Threadbox } from './start-threadbox.ts';
