export { ConfigError } from './config-error.ts';
export { loadConfig, parseSettings, port, seconds, secret, sharedPort } from './config.ts';
export { isDriverDefect } from './driver-defect.ts';
export { createLog, type Log } from './log.ts';
export { commonSettings, EXIT_CONFIG, runService, type Service } from './run-service.ts';
export { withSecretFiles } from './secret-files.ts';
