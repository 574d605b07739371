/** The chat page as people use it: a real browser, the real system behind it. */
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openBrowser } from './browser.ts';
import { openStage, type Stage } from './stage.ts';

let stage: Stage;
let chromium: Awaited<ReturnType<typeof openBrowser>>;
let context: BrowserContext;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  [stage, chromium] = await Promise.all([openStage(), openBrowser()]);
  context = await chromium.browser.newContext({ viewport: { width: 1200, height: 800 } });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) problems.push(message.text());
  });
});
afterAll(async () => {
  await chromium.close();
  await stage.stop();
});

const write = async (text: string): Promise<void> => {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
};
const answer = () => page.locator('.message.bot').last();
const shows = (text: string | RegExp) => answer().filter({ hasText: text }).waitFor();

describe('the chat page', () => {
  it('lets nobody in without the token', async () => {
    await page.goto(stage.box.webUrl);
    await page.getByLabel('Login token').fill('not the token, but long enough');
    await page.getByRole('button', { name: 'Log in' }).click();
    await page.getByRole('alert').filter({ hasText: 'opens nothing' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).isVisible()).toBe(false);
  });

  it('opens by the printed link, and keeps the token out of the address', async () => {
    await page.goto(`${stage.box.webUrl}/#token=${stage.box.webToken}`);
    await page.reload();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    expect(page.url()).not.toContain(stage.box.webToken);
  });

  it('answers a first hello, from the question of the owner to a real agent’s reply', async () => {
    await write('hello');
    await page.getByRole('button', { name: 'Yes' }).click();
    await shows('rehearsal');
    expect(await answer().locator('code').first().textContent()).toContain('write hello.txt');
  });

  it('streams text while it is written, and stops it', async () => {
    await write('count to 300');
    await page.locator('.message.bot.live .body').filter({ hasText: '10' }).waitFor();
    await write('/claude stop');
    await page.locator('.message.bot').filter({ hasText: 'Stopped.' }).waitFor();
  });

  it('changes the words of a message that waits', async () => {
    await write('count to 400');
    await page.locator('.message.bot.live .body').filter({ hasText: '10' }).waitFor();
    await write('say the wrong words');
    const waiting = page.locator('.message.person').last();
    await waiting.hover();
    await waiting.getByRole('button', { name: 'Edit' }).click();
    await write('say the right words');
    await waiting.filter({ hasText: 'edited' }).waitFor();
    // The reaction that stops, on the message that is being written.
    const live = page.locator('.message.bot.live').filter({ hasText: '10' });
    await live.hover();
    await live.getByRole('button', { name: 'Stop' }).click();
    await page.locator('.message.bot').filter({ hasText: 'the right words' }).waitFor();
    expect(await page.locator('.message.bot').filter({ hasText: 'the wrong words' }).count()).toBe(0);
  });

  it('shows the same in every window, reactions and changes included', async () => {
    const other = await context.newPage();
    await other.goto(page.url());
    const mine = page.locator('.message.bot').last();
    await mine.hover();
    await mine.getByRole('button', { name: 'Good', exact: true }).click();
    const theirs = other
      .locator('.message.bot')
      .last()
      .getByRole('button', { name: 'Good', exact: true, pressed: true });
    await theirs.waitFor();
    await theirs.click();
    await mine.getByRole('button', { name: 'Good', exact: true, pressed: false }).waitFor();
    await other.getByRole('textbox', { name: 'Message' }).fill('say from the other window');
    await other.keyboard.press('Enter');
    await shows('from the other window');
    await other.close();
  });

  it('approves with a button', async () => {
    await write('run echo approved-by-button > out.txt && cat out.txt');
    await page.getByRole('button', { name: 'Allow once' }).click();
    await page.locator('.message.bot').filter({ hasText: 'allowed once' }).waitFor();
    await shows('approved-by-button');
    expect(await page.getByRole('button', { name: 'Allow once' }).count()).toBe(0);
  });

  it('uploads a file and downloads one', async () => {
    await page
      .locator('#file')
      .setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('from the browser') });
    await write('say got it');
    await shows('got it');
    await write('send me inbox/notes.txt');
    await page.getByRole('button', { name: 'Always' }).click();
    const link = page.getByRole('link', { name: /notes\.txt/ });
    await link.waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), link.click()]);
    const stream = await download.createReadStream();
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe('from the browser');
  });

  it('shows hostile text as text, and fetches nothing from elsewhere', async () => {
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await write(
      'say <img src=http://127.0.0.1:9/x onerror=alert(1)> <script>window.broken = true</script> ![pixel](http://127.0.0.1:9/leak?secret)',
    );
    await shows('pixel');
    expect(await answer().locator('img, script').count()).toBe(0);
    expect(await page.evaluate(() => 'broken' in globalThis)).toBe(false);
    expect(requests.filter((url) => url.includes(':9/'))).toEqual([]);
  });

  it('has several threads, each with its own session', async () => {
    await page.keyboard.press('Control+k');
    await page.getByText('Say what you want done.').waitFor();
    await write('say second thread');
    await shows('second thread');
    await page.getByRole('navigation', { name: 'Threads' }).getByRole('button', { name: 'hello' }).click();
    await page.locator('.message').filter({ hasText: 'approved-by-button' }).first().waitFor();
    expect(await page.locator('.message').filter({ hasText: 'second thread' }).count()).toBe(0);
  });

  it('reconnects after the gateway was gone, without losing what was said meanwhile', async () => {
    await write('count to 60');
    await page.locator('.message.bot.live .body').filter({ hasText: '5' }).waitFor();
    stage.box.kill('gateway');
    await page.getByText('The connection is lost').waitFor();
    await shows('60');
    await vi.waitFor(
      async () => expect(await page.getByText('The connection is lost').isVisible()).toBe(false),
      30_000,
    );
  });

  it('fits a phone, light and dark, without scrolling sideways', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width: 390, height: 800 });
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(overflow).toBeLessThanOrEqual(0);
      if (process.env['THREADBOX_SCREENSHOTS'])
        await page.screenshot({ path: `${process.env['THREADBOX_SCREENSHOTS']}/phone-${colorScheme}.png` });
      await page.setViewportSize({ width: 1200, height: 800 });
      if (process.env['THREADBOX_SCREENSHOTS'])
        await page.screenshot({ path: `${process.env['THREADBOX_SCREENSHOTS']}/desktop-${colorScheme}.png` });
    }
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByRole('button', { name: 'Threads' }).click();
    await page.getByRole('navigation', { name: 'Threads' }).getByRole('button', { name: 'say second thread' }).click();
    await page.locator('.message.bot').filter({ hasText: 'second thread' }).waitFor();
  });

  it('has raised no error in the browser', () => {
    expect(problems.filter((text) => !/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|net::ERR/.test(text))).toEqual([]);
  });
});
