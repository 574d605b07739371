import { PermissionFlagsBits } from 'discord.js';

/** What the bot must be allowed to do in a server, by the names that Discord's pages show. */
export const neededPermissions = {
  'View Channels': PermissionFlagsBits.ViewChannel,
  'Send Messages': PermissionFlagsBits.SendMessages,
  'Send Messages in Threads': PermissionFlagsBits.SendMessagesInThreads,
  'Create Public Threads': PermissionFlagsBits.CreatePublicThreads,
  'Attach Files': PermissionFlagsBits.AttachFiles,
  'Read Message History': PermissionFlagsBits.ReadMessageHistory,
  'Manage Threads': PermissionFlagsBits.ManageThreads,
} as const;
export type PermissionName = keyof typeof neededPermissions;

/** All of them in one number, for the invitation. */
export const permissionBits: bigint = Object.values(neededPermissions).reduce((all, bit) => all | bit, 0n);

/** Where an owner of a server lets the bot in, with every permission it needs. */
export const invitation = (application: string): string =>
  `https://discord.com/oauth2/authorize?client_id=${application}&scope=bot+applications.commands&permissions=${permissionBits}`;

/** Those of the needed permissions that are not among `granted` (an administrator has all). */
export const missingPermissions = (granted: bigint): PermissionName[] =>
  (granted & PermissionFlagsBits.Administrator) !== 0n
    ? []
    : Object.entries(neededPermissions)
        .filter(([, bit]) => (granted & bit) === 0n)
        .map(([name]) => name as PermissionName);
