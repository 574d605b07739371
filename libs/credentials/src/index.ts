export { mintSandboxCredentials, mintUser, type Signer } from './mint.ts';
export { sandboxTemplate, servicePermissions, type Permissions } from './permissions.ts';
