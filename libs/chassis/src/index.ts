export { ConfigError, loadConfig, parseSettings, port, seconds, secret } from './config.ts';
export { isDriverDefect } from './driver-defect.ts';
export { createLog, type Log } from './log.ts';
export { EXIT_CONFIG, runService, type Service } from './run-service.ts';
