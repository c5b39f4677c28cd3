import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { chromium, type Browser, type Page } from 'playwright-core';
import { webviewHtml } from '../../src/shared/webviewHtml';
import { themes } from './themes';

const types: Record<string, string> = { '.js': 'text/javascript', '.css': 'text/css', '.ttf': 'font/ttf' };
export type PageName = 'timeline' | 'inspector';

/** Our two pages, bundled as for release and served from loopback, in a browser of their own. */
export class Pages {
  private constructor(
    private readonly dir: string,
    private readonly server: Server,
    private readonly browser: Browser,
  ) {}

  static async open(): Promise<Pages> {
    const dir = await mkdtemp(path.join(tmpdir(), 'dark-factory-webview-'));
    await build({
      entryPoints: {
        timeline: 'webview-ui/timeline/main.ts',
        inspector: 'webview-ui/inspector/main.ts',
        codicon: 'node_modules/@vscode/codicons/dist/codicon.css',
      },
      outdir: dir,
      bundle: true,
      minify: true,
      platform: 'browser',
      format: 'esm',
      target: 'es2022',
      mainFields: ['module', 'main'],
      tsconfig: 'webview-ui/tsconfig.json',
      loader: { '.ttf': 'file' },
      assetNames: '[name]',
      logLevel: 'error',
    });
    const server = createServer((request, response) => {
      const address = new URL(request.url ?? '/', 'http://127.0.0.1');
      const name = path.basename(address.pathname);
      if (name === 'favicon.ico') {
        response.writeHead(204).end();
        return;
      }
      if (name === 'timeline' || name === 'inspector') {
        response.setHeader('content-type', 'text/html');
        response.end(shell(name, `http://${request.headers.host ?? ''}`));
        return;
      }
      readFile(path.join(dir, name)).then(
        (bytes) => {
          response.setHeader('content-type', types[path.extname(name)] ?? 'application/octet-stream');
          response.end(bytes);
        },
        () => response.writeHead(404).end(),
      );
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const browser = await chromium.launch({
      executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
    });
    return new Pages(dir, server, browser);
  }

  /** Size of a page's script in bytes, minified. */
  async size(name: PageName): Promise<number> {
    return (await stat(path.join(this.dir, `${name}.js`))).size;
  }

  /** Opens a page as VS Code would show it; `state` is what it kept from before. */
  async show(
    name: PageName,
    options: { theme?: keyof typeof themes; width?: number; height?: number; state?: unknown } = {},
  ): Promise<View> {
    const { theme = 'dark', width = 1400, height = 860, state } = options;
    const context = await this.browser.newContext({ viewport: { width, height }, reducedMotion: 'reduce' });
    const page = await context.newPage();
    const view = new View(page);
    await page.addInitScript(fakeHost, { state });
    await page.addInitScript(paintTheme, themes[theme]);
    const { port } = this.server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${String(port)}/${name}`);
    await view.waitForPosted('ready');
    return view;
  }

  async close(): Promise<void> {
    await this.browser.close();
    this.server.close();
    await rm(this.dir, { recursive: true, force: true });
  }
}

/** One open page with the host's side of it. */
export class View {
  readonly problems: string[] = [];

  constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('console', (message) => {
      if (message.type() === 'error') this.problems.push(message.text());
    });
    page.on('request', (request) => {
      const { hostname } = new URL(request.url());
      if (hostname !== '127.0.0.1') this.problems.push(`request to ${request.url()}`);
    });
  }

  /** A message from the host. */
  async send(message: unknown): Promise<void> {
    await this.page.evaluate((data) => (globalThis as unknown as Window).postMessage(data, '*'), message);
    // Message, update, frame.
    await this.page.evaluate(
      'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))',
    );
  }

  /** Everything the page sent to the host. */
  async posted(): Promise<Record<string, unknown>[]> {
    return this.page.evaluate('globalThis.posted');
  }

  /** Waits for the page to send a message of that type, and gives the last one. */
  async waitForPosted(type: string): Promise<Record<string, unknown>> {
    await this.page.waitForFunction(
      (wanted) => (globalThis as unknown as Host).posted.some((message) => message['type'] === wanted),
      type,
    );
    const found = (await this.posted()).findLast((message) => message['type'] === type);
    assert.ok(found);
    return found;
  }

  async keptState(): Promise<Record<string, unknown>> {
    return this.page.evaluate('globalThis.kept');
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

interface Window {
  postMessage(data: unknown, origin: string): void;
}

interface Host {
  posted: Record<string, unknown>[];
  kept: unknown;
  acquireVsCodeApi: () => unknown;
}

/** Runs in the page: what VS Code gives a webview. */
function fakeHost({ state }: { state: unknown }): void {
  const host = globalThis as unknown as Host;
  host.posted = [];
  host.kept = state;
  host.acquireVsCodeApi = () => ({
    postMessage: (message: Record<string, unknown>) => host.posted.push(message),
    getState: () => host.kept,
    setState: (kept: unknown) => (host.kept = kept),
  });
}

/** Runs in the page: sets the variables and classes of a theme as VS Code does. */
export function paintTheme({
  bodyClass,
  variables,
}: {
  bodyClass: string;
  variables: Record<string, string>;
}) {
  interface Doc {
    documentElement: { style: { setProperty(name: string, value: string): void; cssText: string } };
    body: { className: string };
    addEventListener(type: string, listener: () => void): void;
    readyState: string;
  }
  const { document } = globalThis as unknown as { document: Doc };
  const apply = () => {
    document.documentElement.style.cssText = '';
    for (const [name, value] of Object.entries(variables)) {
      document.documentElement.style.setProperty(`--vscode-${name}`, value);
    }
    document.body.className = bodyClass;
  };
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', apply);
  else apply();
}

function shell(name: PageName, origin: string): string {
  return webviewHtml({
    title: name === 'timeline' ? 'Dark Factory Timeline' : 'Trace Inspector',
    script: `${origin}/${name}.js`,
    styles: [`${origin}/codicon.css`],
    nonce: 'bm9uY2UgZm9yIHRlc3Rz',
    cspSource: origin,
    lang: 'en',
  });
}
