export { mintCredentials, type Credentials } from './mint-credentials.ts';
