export { vaultKey } from './setting.ts';
export { createVault, vaultKeys, type Vault } from './vault.ts';
