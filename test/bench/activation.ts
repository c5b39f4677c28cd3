import { cpSync } from 'node:fs';
import path from 'node:path';
import { launchBrowser, newPage } from '../support/vscode/browser.mjs';
import { addressOf, startServer } from '../support/vscode/server.mjs';
import type { Figure } from './figures';
import type { Product } from '../support/product';

const windows = 5;
const mark = '[bench] ';

/** The extension's own time in activate(), in real windows of VS Code, one after the other. */
export async function measureActivation(product: Product, dir: string): Promise<Figure[]> {
  const folder = path.join(dir, 'workspace');
  cpSync('test/vscode/workspace', folder, { recursive: true });
  const tests = path.join(__dirname, 'window.entry.js');
  const server = await startServer();
  const browser = await launchBrowser();
  const samples: number[] = [];
  try {
    for (let n = 0; n < windows; n += 1) {
      const page = await newPage(browser);
      await page.exposeFunction('codeAutomationLog', (_type: string, args: unknown[]) => {
        const line = String(args[0]);
        if (line.startsWith(mark)) samples.push((JSON.parse(line.slice(mark.length)) as { own: number }).own);
      });
      const ended = new Promise((resolve, reject) => {
        page.exposeFunction('codeAutomationExit', resolve).catch(reject);
      });
      await page.goto(addressOf(server, { folder, extension: product.root, tests }));
      await ended;
      await page.context().close();
    }
  } finally {
    await browser.close();
    await server.stop();
  }
  return [{ name: 'activate() in VS Code, its own time', unit: 'ms', samples, budget: 50 }];
}
