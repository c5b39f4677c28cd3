import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeProduct, type Product } from '../../support/product';
import { installServer } from '../../support/vscode/install.mjs';
import { VsCode } from '../../support/vscode/page';

const largestPackage = 2 * 1024 * 1024;

describe('the package', function () {
  this.timeout(120_000);
  let dir: string;
  let product: Product;

  before(() => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'df-package-'));
    const root = path.join(dir, 'product');
    mkdirSync(root);
    product = makeProduct(root);
  });
  after(() => rmSync(dir, { recursive: true, force: true }));

  it('is no larger than 2 MB', () => {
    const { size } = statSync(product.vsix);
    assert.ok(size > 100_000 && size <= largestPackage, `${size} bytes`);
  });

  it('installs into VS Code and says there what a spec holds', async () => {
    const extensions = path.join(dir, 'extensions');
    install(product.vsix, extensions);
    const installed = readdirSync(extensions).find((name) => name.startsWith('dark-factory.dark-factory-'));
    assert.ok(installed, 'VS Code unpacked it');
    // Nothing of the project itself may help it.
    rmSync(product.root, { recursive: true });
    const code = await VsCode.open({ installed: path.join(extensions, installed) });
    try {
      await code.openFile('greeter.spec.md');
      await code.lens('▶ Run Factory on Spec · 2 requirements').waitFor();
      await code.shot('installed');
    } finally {
      await code.close();
    }
  });
});

/** What `code --install-extension` does. */
function install(vsix: string, extensions: string): void {
  const server = path.join(installServer(), 'out/server-main.js');
  const places = ['--server-data-dir', `${extensions}-data`, '--extensions-dir', extensions];
  const args = ['--accept-server-license-terms', ...places, '--install-extension', vsix];
  execFileSync(process.execPath, [server, ...args], { stdio: 'pipe' });
}
