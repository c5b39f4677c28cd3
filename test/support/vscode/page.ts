import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { launchBrowser, newPage } from './browser.mjs';
import { addressOf, startServer, type ServerOptions, type VsCodeServer } from './server.mjs';

/** The built extension: the project itself, or an unpacked package. */
const extension = process.env['DF_EXTENSION'] ?? '.';
/** Where screenshots go; none are taken without it. */
const shots = process.env['DF_SHOTS'];

/** A window of a real VS Code, with a fresh copy of a folder open in it. */
export class VsCode {
  private constructor(
    readonly server: VsCodeServer,
    private readonly browser: Browser,
    readonly page: Page,
    /** The open folder. */
    readonly folder: string,
  ) {}

  static async open(options: ServerOptions & { workspace?: string } = {}): Promise<VsCode> {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'dark-factory-workspace-'));
    cpSync(options.workspace ?? 'test/vscode/workspace', folder, { recursive: true });
    const server = await startServer(options);
    const browser = await launchBrowser();
    const window = new VsCode(server, browser, await newPage(browser), folder);
    try {
      await window.load();
    } catch (error) {
      await window.shot('not-loaded');
      await window.close();
      throw error;
    }
    return window;
  }

  /** Opens the window, or reloads it, and waits until it can be used. */
  async load(): Promise<void> {
    await this.page.goto(addressOf(this.server, { folder: this.folder, extension }));
    await this.page.locator('.monaco-workbench .statusbar').waitFor();
    await this.page.locator('.activitybar a[aria-label="Dark Factory"]').waitFor();
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Runs a command by its title, as a person does. */
  async command(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    const input = this.page.locator('.quick-input-widget input').first();
    await input.fill(`>${title}`);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first().waitFor();
    await this.page.keyboard.press('Enter');
  }

  /** Opens a file of the folder by its name. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.page.locator('.quick-input-widget input').first().fill(name);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: name }).first().waitFor();
    await this.page.keyboard.press('Enter');
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
  }

  /** Brings our container of views forward. */
  async showViews(): Promise<void> {
    await this.command('View: Show Dark Factory');
    await this.page.locator('.pane-header', { hasText: 'Runs' }).waitFor();
  }

  /** The row of any tree whose text contains `text`. */
  row(text: string): Locator {
    return this.page.locator('.pane-body .monaco-list-row', { hasText: text }).first();
  }

  notification(text: string): Locator {
    return this.page.locator('.notification-toast', { hasText: text }).first();
  }

  lens(text: string): Locator {
    return this.page.locator('.codelens-decoration', { hasText: text }).first();
  }

  /** The page of a webview by the title of its document. */
  async webview(title: string): Promise<Frame> {
    const deadline = Date.now() + 30_000;
    for (;;) {
      for (const frame of this.page.frames()) {
        if (frame.isDetached()) continue;
        const found = await frame.title().catch(() => '');
        if (found === title && frame.parentFrame() !== null) return frame;
      }
      if (Date.now() > deadline) throw new Error(`No webview titled ${title} appeared.`);
      await this.page.waitForTimeout(100);
    }
  }

  /** Keeps a picture of the window when pictures are wanted. */
  async shot(name: string): Promise<void> {
    if (shots === undefined) return;
    mkdirSync(shots, { recursive: true });
    await this.page.screenshot({ path: path.join(shots, `${name}.png`) });
  }
}
