// The window of VS Code's server: Chromium without its sandbox of its own, on nothing but loopback.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const candidates = [
  process.env.DF_CHROMIUM,
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** See browser.d.mts. */
export async function launchBrowser() {
  const executablePath = candidates.find((file) => file && existsSync(file));
  if (!executablePath) {
    throw new Error(
      'No Chromium found: install it (on Debian `apt-get install chromium`) or name it in DF_CHROMIUM.',
    );
  }
  return chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
}

/** See browser.d.mts. */
export async function newPage(browser) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
  const page = await context.newPage();
  await page.route(
    (url) => url.hostname !== '127.0.0.1',
    (route) => route.abort(),
  );
  return page;
}
