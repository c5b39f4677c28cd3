import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openResponseCache } from '../../../src/sandbox/setupCache';
import { openSetupNetwork } from '../../../src/sandbox/setupNetwork';
import { resolveToolchains, type Toolchains } from '../../../src/sandbox/toolchains';
import { ownAddress } from '../../support/ownAddress';
import { serveFiles } from '../../support/registry';
import { buildPrograms, openSandbox, openTestPod, temporaryFolder } from '../../support/sandbox';

type Files = Record<string, string | Buffer>;

/** A package manager with a dependency that it has to load: from the registry, by TLS, through the proxy. */
interface Manager {
  /** Asks whether it is there, and new enough. */
  has: string;
  /** What its registry serves. */
  registry(origin: string): Files;
  project(origin: string): Files;
  setup(origin: string): string;
  /** Prints `from tiny-dep`, with nothing but what setup left. */
  program: string;
}

/** An archive of text files, made by the programs that package managers' own archives are made with. */
function archive(kind: 'tar' | 'zip', files: Record<string, string>): Buffer {
  const folder = temporaryFolder('archive');
  write(folder, files);
  const names = Object.keys(files);
  if (kind === 'tar') return execFileSync('tar', ['-czf', '-', '-C', folder, ...names]);
  const zip =
    "import sys, zipfile\nz = zipfile.ZipFile('a.zip', 'w')\n[z.write(n) for n in sys.argv[1:]]\nz.close()";
  execFileSync('python3', ['-c', zip, ...names], { cwd: folder });
  return readFileSync(path.join(folder, 'a.zip'));
}

function write(folder: string, files: Files): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const managers: Record<string, Manager> = {
  pip: {
    has: 'python3 -m pip --version',
    registry() {
      const wheel = archive('zip', {
        'tiny_dep/__init__.py': "word = 'from tiny-dep'\n",
        'tiny_dep-1.0.0.dist-info/METADATA': 'Metadata-Version: 2.1\nName: tiny-dep\nVersion: 1.0.0\n',
        'tiny_dep-1.0.0.dist-info/WHEEL': 'Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
        'tiny_dep-1.0.0.dist-info/RECORD': '',
      });
      const name = 'tiny_dep-1.0.0-py3-none-any.whl';
      return {
        '/simple/tiny-dep/': `<!DOCTYPE html><a href="/files/${name}#sha256=${sha256(wheel)}">${name}</a>`,
        [`/files/${name}`]: wheel,
      };
    },
    project: (origin) => ({ 'requirements.txt': `--index-url ${origin}/simple/\ntiny-dep==1.0.0\n` }),
    setup: () => 'python3 -m pip install --quiet --target deps -r requirements.txt',
    program: `PYTHONPATH=deps python3 -c 'import tiny_dep; print(tiny_dep.word)'`,
  },
  cargo: {
    // Registries that are plain files came with 1.68.
    has: 'printf "%s\\n" "cargo 1.68" "$(cargo --version)" | sort -V -C && cc --version',
    registry(origin) {
      const crate = archive('tar', {
        'tiny-dep-1.0.0/Cargo.toml': '[package]\nname = "tiny-dep"\nversion = "1.0.0"\nedition = "2021"\n',
        'tiny-dep-1.0.0/src/lib.rs': 'pub const WORD: &str = "from tiny-dep";\n',
      });
      const entry = {
        name: 'tiny-dep',
        vers: '1.0.0',
        deps: [],
        features: {},
        yanked: false,
        cksum: sha256(crate),
      };
      return {
        '/index/config.json': JSON.stringify({ dl: `${origin}/crates/{crate}-{version}.crate` }),
        '/index/ti/ny/tiny-dep': `${JSON.stringify(entry)}\n`,
        '/crates/tiny-dep-1.0.0.crate': crate,
      };
    },
    project: (origin) => ({
      '.cargo/config.toml': `[source.crates-io]\nreplace-with = "own"\n[source.own]\nregistry = "sparse+${origin}/index/"\n`,
      'Cargo.toml':
        '[package]\nname = "tiny"\nversion = "1.0.0"\nedition = "2021"\n[dependencies]\ntiny-dep = "1"\n',
      'src/main.rs': 'fn main() { println!("{}", tiny_dep::WORD) }\n',
    }),
    setup: () => 'cargo fetch --quiet',
    program: 'cargo run --quiet --offline',
  },
  Go: {
    // It uses no proxy for loopback.
    has: ownAddress() === undefined ? 'exit 1' : 'go version && python3 --version',
    registry() {
      const mod = 'module example.test/dep\n\ngo 1.19\n';
      const source = 'package dep\n\nconst Word = "from tiny-dep"\n';
      const place = 'example.test/dep@v1.0.0';
      return {
        '/example.test/dep/@v/v1.0.0.info': '{"Version":"v1.0.0"}',
        '/example.test/dep/@v/v1.0.0.mod': mod,
        '/example.test/dep/@v/v1.0.0.zip': archive('zip', {
          [`${place}/go.mod`]: mod,
          [`${place}/dep.go`]: source,
        }),
      };
    },
    project: () => ({
      'go.mod': 'module tiny\n\ngo 1.19\n\nrequire example.test/dep v1.0.0\n',
      'main.go':
        'package main\n\nimport (\n\t"fmt"\n\n\t"example.test/dep"\n)\n\nfunc main() { fmt.Println(dep.Word) }\n',
    }),
    setup: (origin) => `GOPROXY=${origin} GONOSUMDB='*' go mod tidy`,
    program: 'go run .',
  },
  yarn: {
    has: 'yarn --version | grep ^1',
    registry(origin) {
      const tarball = archive('tar', {
        'package/package.json': '{"name":"tiny-dep","version":"1.0.0","main":"index.js"}',
        'package/index.js': "module.exports = 'from tiny-dep';\n",
      });
      const dist = {
        tarball: `${origin}/tiny-dep/-/tiny-dep-1.0.0.tgz`,
        shasum: createHash('sha1').update(tarball).digest('hex'),
      };
      const version = { name: 'tiny-dep', version: '1.0.0', dist };
      return {
        '/tiny-dep': JSON.stringify({ name: 'tiny-dep', 'dist-tags': {}, versions: { '1.0.0': version } }),
        '/tiny-dep/-/tiny-dep-1.0.0.tgz': tarball,
      };
    },
    project: (origin) => ({
      '.yarnrc': `registry "${origin}"\n`,
      'package.json': '{"name":"tiny","version":"1.0.0","dependencies":{"tiny-dep":"1.0.0"}}',
    }),
    setup: () => 'yarn install --silent',
    program: `node -p 'require("tiny-dep")'`,
  },
  gradle: {
    has: 'gradle --version && javac -version && python3 --version',
    registry() {
      const folder = temporaryFolder('classes');
      write(folder, {
        'dep/Dep.java':
          'package dep;\npublic class Dep { public static String word() { return "from tiny-dep"; } }\n',
      });
      execFileSync('javac', ['--release', '8', '-nowarn', 'dep/Dep.java'], { cwd: folder, stdio: 'pipe' });
      execFileSync('jar', ['cf', 'dep.jar', 'dep/Dep.class'], { cwd: folder });
      const place = '/test/dep/1.0.0/dep-1.0.0';
      return {
        [`${place}.pom`]:
          '<project><modelVersion>4.0.0</modelVersion><groupId>test</groupId><artifactId>dep</artifactId><version>1.0.0</version></project>',
        [`${place}.jar`]: readFileSync(path.join(folder, 'dep.jar')),
      };
    },
    project: (origin) => ({
      'settings.gradle': "rootProject.name = 'tiny'\n",
      'build.gradle': `apply plugin: 'java'
repositories { maven { url '${origin}' } }
dependencies { compile 'test:dep:1.0.0' }
task libs(type: Copy) { from configurations.runtime; into 'libs' }
`,
      'Tiny.java':
        'public class Tiny { public static void main(String[] a) { System.out.println(dep.Dep.word()); } }\n',
    }),
    setup: () => 'gradle --no-daemon --quiet libs',
    program: 'java -cp libs/dep-1.0.0.jar Tiny.java',
  },
};

describe('the way of a setup, for each package manager', function () {
  this.timeout(60_000);
  let toolchains: Toolchains;
  before(async () => {
    toolchains = await resolveToolchains(process.env['PATH'] ?? '');
  });

  for (const [name, manager] of Object.entries(managers)) {
    it(`loads what ${name} asks for, which then needs no network`, async function () {
      const view = { mounts: toolchains.mounts, env: { PATH: toolchains.path } };
      const { pod, worktree, home } = await openTestPod(view);
      const asks = (script: string) => ({
        argv: ['bash', '-ceu', script],
        cwd: '/workspace',
        env: {},
        timeoutMs: 50_000,
      });
      const has = await pod.run(asks(manager.has));
      if (has.exit !== 0) {
        await pod.close();
        console.log(`      skipped: ${name} is not installed on this machine, or too old`);
        this.skip();
      }
      const registry = await serveFiles((origin) => manager.registry(origin), ownAddress());
      const refused: string[] = [];
      const network = await openSetupNetwork(await openSandbox(), pod, {
        relay: path.join(await buildPrograms(), 'relay.js'),
        allowed: new Set([registry.origin]),
        inner: new Set([registry.origin]),
        cache: await openResponseCache(temporaryFolder('registry-cache')),
        authorize: () => undefined,
        trust: [registry.certificate],
        onPassed: () => undefined,
        onRefused: (target) => refused.push(target),
      });
      try {
        write(worktree, manager.project(registry.origin));
        const { env, mounts } = network;
        const done = await pod.run({ ...asks(manager.setup(registry.origin)), env, mounts });
        assert.equal(done.exit, 0, `${done.stdout}${done.stderr}${refused.join('\n')}`);
        assert.ok(registry.asked.length > 0);
      } finally {
        await pod.close();
        await network.close();
        await registry.close();
      }
      const worktreeMount = { host: worktree, inside: '/workspace', writable: true };
      const after = await openTestPod({ ...view, worktree: worktreeMount, home });
      const { exit, stdout, stderr } = await after.pod.run(asks(manager.program));
      await after.pod.close();
      assert.equal(exit, 0, stderr);
      assert.match(stdout, /from tiny-dep/);
    });
  }
});
