import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { openResponseCache } from '../../../src/sandbox/setupCache';
import { openSetupNetwork } from '../../../src/sandbox/setupNetwork';
import { resolveToolchains, type Toolchains } from '../../../src/sandbox/toolchains';
import type { Pod } from '../../../src/sandbox/types';
import { buildPrograms, openSandbox, openTestPod, temporaryFolder } from '../../support/sandbox';

interface Project {
  /** Programs that must be installed; each is asked for its version. */
  needs: readonly (readonly [program: string, question: string])[];
  files: Record<string, string>;
  setup: string;
  build: string;
  test: string;
  /** What the program prints. */
  program: string;
}

const projects: Record<string, Project> = {
  Node: {
    needs: [['npm', '--version']],
    files: {
      'package.json': JSON.stringify({
        ...{ name: 'tiny', version: '1.0.0', type: 'module' },
        scripts: { build: 'node --check main.js', test: 'node --test' },
      }),
      'package-lock.json': JSON.stringify({
        ...{ name: 'tiny', version: '1.0.0', lockfileVersion: 3, requires: true },
        packages: { '': { name: 'tiny', version: '1.0.0' } },
      }),
      'main.js': "console.log('hello');\n",
      'main.test.js': "import test from 'node:test';\ntest('runs', () => import('./main.js'));\n",
    },
    setup: 'npm ci',
    build: 'npm run build',
    test: 'npm test',
    program: 'node main.js',
  },
  Python: {
    needs: [['python3', '--version']],
    files: {
      'pyproject.toml': '[project]\nname = "tiny"\nversion = "1.0.0"\n',
      'tiny.py': "def word():\n    return 'hello'\n\nif __name__ == '__main__':\n    print(word())\n",
      'test_tiny.py':
        "import tiny, unittest\n\nclass Words(unittest.TestCase):\n    def test_word(self):\n        self.assertEqual(tiny.word(), 'hello')\n",
    },
    setup: 'python3 -m venv --without-pip .venv',
    build: '.venv/bin/python -m compileall -q tiny.py',
    test: '.venv/bin/python -m unittest',
    program: '.venv/bin/python tiny.py',
  },
  Go: {
    needs: [['go', 'version']],
    files: {
      'go.mod': 'module tiny\n\ngo 1.19\n',
      'main.go':
        'package main\n\nimport "fmt"\n\nfunc word() string { return "hello" }\n\nfunc main() { fmt.Println(word()) }\n',
      'main_test.go':
        'package main\n\nimport "testing"\n\nfunc TestWord(t *testing.T) {\n\tif word() != "hello" {\n\t\tt.Fail()\n\t}\n}\n',
    },
    setup: 'go mod download',
    build: 'go build -o tiny ./...',
    test: 'go test ./...',
    program: './tiny',
  },
  Rust: {
    needs: [
      ['cargo', '--version'],
      ['cc', '--version'],
    ],
    files: {
      'Cargo.toml': '[package]\nname = "tiny"\nversion = "1.0.0"\nedition = "2021"\n',
      'Cargo.lock': 'version = 3\n\n[[package]]\nname = "tiny"\nversion = "1.0.0"\n',
      'src/main.rs':
        'fn word() -> &\'static str {\n    "hello"\n}\n\nfn main() {\n    println!("{}", word());\n}\n\n#[test]\nfn says_hello() {\n    assert_eq!(word(), "hello");\n}\n',
    },
    setup: 'cargo fetch --locked',
    build: 'cargo build --locked',
    test: 'cargo test --locked',
    program: 'target/debug/tiny',
  },
  Java: {
    needs: [
      ['java', '-version'],
      ['javac', '-version'],
    ],
    files: {
      'src/Tiny.java':
        'public class Tiny {\n  static String word() { return "hello"; }\n  public static void main(String[] args) { System.out.println(word()); }\n}\n',
      'test/TinyTest.java':
        'public class TinyTest {\n  public static void main(String[] args) {\n    if (!Tiny.word().equals("hello")) throw new AssertionError();\n  }\n}\n',
    },
    setup: 'mkdir -p out',
    build: 'javac -d out src/Tiny.java test/TinyTest.java',
    test: 'java -cp out TinyTest',
    program: 'java -cp out Tiny',
  },
};

describe('projects in other languages, inside the walls', function () {
  this.timeout(60_000);
  let toolchains: Toolchains;
  before(async () => {
    toolchains = await resolveToolchains(process.env['PATH'] ?? '');
  });

  for (const [language, project] of Object.entries(projects)) {
    it(`sets up, builds, tests and runs ${language}`, async function () {
      const missing = project.needs.find((need) => !isInstalled(...need));
      if (missing) {
        console.log(`      skipped: ${missing[0]} is not installed on this machine`);
        this.skip();
      }
      const { worktree, home, pod } = await open();
      for (const [file, text] of Object.entries(project.files)) {
        mkdirSync(path.dirname(path.join(worktree, file)), { recursive: true });
        writeFileSync(path.join(worktree, file), text);
      }
      await setUp(pod, project.setup);
      const after = await open({ worktree: { host: worktree, inside: '/workspace', writable: true }, home });
      try {
        for (const script of [project.build, project.test]) await run(after.pod, script);
        assert.equal(await run(after.pod, project.program), 'hello\n');
      } finally {
        await after.pod.close();
      }
    });
  }

  function open(options: Partial<Parameters<typeof openTestPod>[0]> = {}) {
    return openTestPod({ mounts: toolchains.mounts, env: { PATH: toolchains.path }, ...options });
  }

  async function setUp(pod: Pod, command: string): Promise<void> {
    try {
      const network = await openSetupNetwork(await openSandbox(), pod, {
        relay: path.join(await buildPrograms(), 'relay.js'),
        allowed: new Set(),
        inner: new Set(),
        cache: await openResponseCache(temporaryFolder('registry-cache')),
        authorize: () => undefined,
        trust: [],
        onPassed: () => undefined,
        onRefused: (target) => assert.fail(target),
      });
      try {
        await run(pod, command, network);
      } finally {
        await network.close();
      }
    } finally {
      await pod.close();
    }
  }
});

async function run(
  pod: Pod,
  script: string,
  { env, mounts }: { env: Record<string, string>; mounts: Parameters<Pod['run']>[0]['mounts'] } = {
    env: {},
    mounts: [],
  },
): Promise<string> {
  const argv = ['bash', '-ceu', script];
  const request = { argv, cwd: '/workspace', env, ...(mounts ? { mounts } : {}), timeoutMs: 60_000 };
  const { exit, stdout, stderr } = await pod.run(request);
  assert.equal(exit, 0, `${script}: ${stdout}${stderr}`);
  return stdout;
}

function isInstalled(program: string, question: string): boolean {
  try {
    execFileSync(program, [question], { stdio: 'ignore', cwd: '/' });
    return true;
  } catch {
    return false;
  }
}
