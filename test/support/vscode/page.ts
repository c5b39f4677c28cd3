import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { launchBrowser, newPage } from './browser.mjs';
import { addressOf, startServer, type ServerOptions, type VsCodeServer } from './server.mjs';

/** The built extension: the project itself, or an unpacked package. */
const extension = process.env['DF_EXTENSION'] ?? '.';
/** Where screenshots go; none are taken without it. */
const shots = process.env['DF_SHOTS'];

/** The processes of a process group with their command lines, as Linux tells of them. */
function processesOfGroup(group: number): { pid: number; command: string }[] {
  const read = (pid: number, file: string): string => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'latin1');
    } catch {
      return ''; // It ended meanwhile.
    }
  };
  const groupOf = (pid: number): number =>
    Number(
      read(pid, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ')[2],
    );
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => groupOf(pid) === group)
    .map((pid) => ({ pid, command: read(pid, 'cmdline') }));
}

/** A window of a real VS Code, with a fresh copy of a folder open in it. */
export class VsCode {
  private constructor(
    readonly server: VsCodeServer,
    private readonly browser: Browser,
    readonly page: Page,
    /** The open folder. */
    readonly folder: string,
    private readonly copy: string,
  ) {}

  /** Opens a folder as it is, or a copy of the suite's own that ends with the window. */
  static async open(options: ServerOptions & { folder?: string } = {}): Promise<VsCode> {
    const copy = mkdtempSync(path.join(os.tmpdir(), 'df-window-workspace-'));
    if (options.folder === undefined) cpSync('test/vscode/workspace', copy, { recursive: true });
    const folder = options.folder ?? copy;
    const server = await startServer(options);
    const browser = await launchBrowser();
    const window = new VsCode(server, browser, await newPage(browser), folder, copy);
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

  /** Kills the extension host in the middle of whatever it does. */
  killExtensionHost(): void {
    const hosts = processesOfGroup(this.server.pid).filter(({ command }) =>
      command.includes('extensionHost'),
    );
    if (hosts.length === 0) throw new Error('VS Code runs no extension host.');
    for (const { pid } of hosts) process.kill(pid, 'SIGKILL');
  }

  async close(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.copy, { recursive: true, force: true });
  }

  /** Runs a command by its title, as a person does. */
  async command(title: string): Promise<void> {
    await this.pick('F1', `>${title}`, title);
  }

  /** Opens a file of the folder by its name. */
  async openFile(name: string): Promise<void> {
    await this.pick('Control+P', name, name);
    await this.tab(name).waitFor();
  }

  /**
   * Opens a list with a key and chooses a row. A list shows what there is when it opens, and a page that takes the
   * focus closes it again, so it is opened until the row was chosen.
   */
  private async pick(key: string, typed: string, row: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input').first();
    const wanted = this.page.locator('.quick-input-list .monaco-list-row', { hasText: row }).first();
    const choose = async (): Promise<void> => {
      await this.page.keyboard.press('Escape');
      await this.page.keyboard.press(key);
      await input.fill(typed, { timeout: 3000 });
      await wanted.click({ timeout: 5000 });
    };
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const chosen = await choose().then(
        () => true,
        () => false,
      );
      if (chosen) return;
    }
    throw new Error(`The list of ${key} never offered ${row}.`);
  }

  /** Chooses a row of the list that is open. */
  async choose(row: string): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: row }).first().click();
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

  /** Unfolds a tree row by row; a row is found by a text it contains. */
  async unfold(...rows: string[]): Promise<void> {
    for (const text of rows) {
      const row = this.row(text);
      await row.waitFor();
      if ((await row.getAttribute('aria-expanded')) === 'true') continue;
      await row.click();
      await this.page.keyboard.press('ArrowRight');
    }
  }

  tab(text: string): Locator {
    return this.page.locator('.tab.active', { hasText: text }).first();
  }

  /** Answers the input box that shows this prompt. */
  async answerBox(prompt: string, answer: string): Promise<void> {
    const box = this.page.locator('.quick-input-widget', { hasText: prompt });
    const input = box.locator('input').first();
    await input.fill(answer);
    // While an answer is being checked, the box does not take it.
    await this.until(`The box did not take an answer to ${prompt}.`, async () => {
      if (await box.isVisible()) await input.press('Enter', { timeout: 1000 }).catch(() => undefined);
      return !(await box.isVisible());
    });
  }

  /** Answers VS Code's own file dialog with a path. */
  async answerPath(file: string): Promise<void> {
    const dialog = this.page.locator('.quick-input-widget');
    const input = dialog.locator('input').first();
    await input.waitFor();
    // It shows the open folder as soon as it has read it; what was typed before that is gone then.
    await this.until('The file dialog did not show a folder.', async () => (await input.inputValue()) !== '');
    const wanted = `${file}/`;
    await this.until(`The file dialog did not take ${file}.`, async () => {
      await input.fill(wanted);
      await this.page.waitForTimeout(500);
      return (await input.inputValue()) === wanted;
    });
    // What is asked next comes in the same place.
    const accept = dialog.locator('.monaco-button', { hasText: /\w/ }).first();
    await accept.click();
    await accept.waitFor({ state: 'hidden' });
  }

  async dismissNotifications(): Promise<void> {
    await this.command('Notifications: Clear All Notifications');
  }

  /** A notification, in their list: under test VS Code shows none by itself. */
  async notification(text: string, timeout = 30_000): Promise<Locator> {
    const found = this.page
      .locator('.notifications-center .notification-list-item', { hasText: text })
      .first();
    const center = this.page.locator('.notifications-center.visible');
    const isThere = async (): Promise<boolean> => {
      if (await found.isVisible()) return true;
      if (!(await center.isVisible())) await this.command('Notifications: Show Notifications');
      return false;
    };
    await this.until(`No notification said ${text}.`, isThere, timeout);
    return found;
  }

  lens(text: string): Locator {
    return this.page.locator('.codelens-decoration', { hasText: text }).first();
  }

  /**
   * Clicks a lens and answers what comes of it. The editor draws all lenses of a line anew when one of them changes, and
   * a click that falls in between reaches nothing: then it is clicked again.
   */
  async clickLens<T>(text: string, comesOfIt: () => Promise<T>): Promise<T> {
    const lens = this.lens(text);
    for (let attempt = 1; ; attempt += 1) {
      await lens.click();
      try {
        return await comesOfIt();
      } catch (error) {
        if (attempt === 3) throw error;
      }
    }
  }

  /** The page of a webview by the title of its document. */
  webview(title: string): Promise<Frame> {
    return this.frame(title, async (frame) => (await frame.title()) === title);
  }

  /** The page of a webview by a text it shows. */
  webviewWith(text: string): Promise<Frame> {
    return this.frame(text, (frame) => frame.getByText(text).first().isVisible());
  }

  private async frame(wanted: string, fits: (frame: Frame) => Promise<boolean>): Promise<Frame> {
    let found: Frame | undefined;
    await this.until(`No webview ${wanted} appeared.`, async () => {
      for (const frame of this.page.frames().filter((one) => one.parentFrame() !== null)) {
        // A frame may go away while it is looked at.
        if (await fits(frame).catch(() => false)) found = frame;
      }
      return found !== undefined;
    });
    return found!;
  }

  /** Looks again and again until something is so. @throws Error that says `otherwise`, with what the window shows. */
  private async until(otherwise: string, isSo: () => Promise<boolean>, timeout = 30_000): Promise<void> {
    const deadline = Date.now() + timeout;
    while (!(await isSo())) {
      if (Date.now() > deadline) throw new Error(`${otherwise} The window shows:\n${await this.text()}`);
      await this.page.waitForTimeout(100);
    }
  }

  /** What a person could read in the window, for a message about a failure. */
  private async text(): Promise<string> {
    const shown = await this.page.locator('.monaco-workbench').innerText();
    return shown
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(0, 120)
      .join('\n');
  }

  /** Waits until a file is no longer there. */
  async gone(file: string): Promise<void> {
    while (existsSync(file)) await this.page.waitForTimeout(100);
  }

  /** Keeps a picture of the window when pictures are wanted. */
  async shot(name: string): Promise<void> {
    if (shots === undefined) return;
    mkdirSync(shots, { recursive: true });
    await this.page.screenshot({ path: path.join(shots, `${name}.png`) });
  }
}
