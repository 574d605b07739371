import { ConfigError, EXIT_CONFIG, loadConfig } from '@threadbox/chassis';
import { connectBus, provision } from '@threadbox/messaging';
import { settings } from './config.ts';

/** Makes streams and durable consumers in a NATS that is there, and ends. What fails is tried again by whoever started it. */
const run = async (): Promise<void> => {
  const config = loadConfig(settings);
  const bus = await connectBus({ url: config.NATS_URL, name: 'admin', creds: config.NATS_CREDS });
  try {
    await provision(bus, { replicas: config.STREAM_REPLICAS });
  } finally {
    await bus.close();
  }
  console.log(`the streams are there, each on ${config.STREAM_REPLICAS} server(s)`);
};

try {
  await run();
} catch (error) {
  console.error(`provision: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = error instanceof ConfigError ? EXIT_CONFIG : 1;
}
