import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser } from 'playwright-core';

/**
 * A real Chromium without a window: the one that CHROMIUM_PATH names, else the one that comes with `npm ci`, unpacked into
 * a folder of its own that goes with it. It reaches loopback and nothing else.
 */
export const openBrowser = async (): Promise<{ browser: Browser; close: () => Promise<void> }> => {
  const folder = await mkdtemp(join(tmpdir(), 'threadbox-e2e-browser-'));
  const given = process.env['CHROMIUM_PATH'];
  const path = given ?? (await unpack(folder));
  const browser = await chromium.launch({
    executablePath: path,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-sync',
    ],
    // Libraries and fonts that a bare system lacks come with the browser.
    env:
      given === undefined
        ? { HOME: folder, LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'), FONTCONFIG_PATH: join(folder, 'fonts') }
        : {},
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
};

/** The package unpacks into the system's temporary folder, whatever it is told; so that is ours meanwhile. */
const unpack = async (folder: string): Promise<string> => {
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = folder;
  try {
    const { default: packed, inflate } = await import('@sparticuz/chromium');
    await inflate(new URL('../bin/al2023.tar.br', import.meta.resolve('@sparticuz/chromium')).pathname);
    const path = await packed.executablePath();
    // Its own configuration looks for the fonts where they would be on a hosting service; without any it crashes.
    const fonts = join(folder, 'fonts');
    await writeFile(
      join(fonts, 'fonts.conf'),
      `<fontconfig><dir>${fonts}</dir><cachedir>${fonts}/cache</cachedir></fontconfig>`,
    );
    return path;
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
};
