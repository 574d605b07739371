export { startThreadbox, type Threadbox } from './start-threadbox.ts';
