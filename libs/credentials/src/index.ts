export { mintSandboxCredentials, mintUser, mintWarmCredentials, type Signer } from './mint.ts';
export { sandboxTemplate, servicePermissions, warmTemplate, type Permissions } from './permissions.ts';
