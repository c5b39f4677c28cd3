import assert from 'node:assert/strict';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parsePolicy } from '../../../src/factory/policy';
import { authorizer, readUserRegistries } from '../../../src/factory/setupCredentials';
import { noNetwork, originOf, readNetwork, sealNetwork } from '../../../src/factory/setupHosts';
import { detectRegistries } from '../../../src/factory/setupRegistries';
import { sealedFiles } from '../../../src/factory/setupRules';
import { createFactoryRepo } from '../../../src/workspace/factoryRepo';
import { personRepository, removeFolders, temporaryFolder } from '../../support/gitRepo';
import { useTemp } from '../../support/temp';

const npm = 'https://registry.npmjs.org';
const detect = (files: Record<string, string>) =>
  detectRegistries(Object.entries(files).map(([file, text]) => ({ path: file, text })));

describe('registries of a project', () => {
  const cases: [what: string, files: Record<string, string>, origins: string[], names?: string[]][] = [
    ['nothing', { 'README.md': 'https://evil.example' }, []],
    ['npm without more', { 'package.json': '{}' }, [npm]],
    [
      'npm with a lock file',
      {
        'package.json': '{}',
        'package-lock.json': JSON.stringify({
          packages: {
            '': {},
            'node_modules/a': { resolved: 'https://npm.corp:8443/a/-/a-1.0.0.tgz' },
            'node_modules/a/node_modules/@s/b': {},
          },
        }),
      },
      ['https://npm.corp:8443', npm],
      ['@s/b', 'a'],
    ],
    [
      'npm with a registry of its own',
      { 'web/package.json': '{}', 'web/.npmrc': 'registry = https://npm.corp/x/\n' },
      ['https://npm.corp'],
    ],
    [
      'npm with a registry for one scope',
      { 'package.json': '{}', '.npmrc': '@s:registry=https://npm.corp/\n' },
      ['https://npm.corp', npm],
    ],
    [
      'pip',
      { 'requirements.txt': 'Flask==3.0\nx @ https://files.corp/x.whl\n' },
      ['https://files.corp', 'https://files.pythonhosted.org', 'https://pypi.org'],
      ['Flask', 'x'],
    ],
    [
      'pip with an index of its own',
      { 'requirements-dev.txt': '--index-url https://u:p@pypi.corp/simple\n-r x\nflask\n' },
      ['https://pypi.corp'],
      ['flask'],
    ],
    [
      'cargo',
      { 'Cargo.toml': '', 'Cargo.lock': '[[package]]\nname = "serde"\n' },
      ['https://crates.io', 'https://index.crates.io', 'https://static.crates.io'],
      ['serde'],
    ],
    [
      'cargo that is told to load from elsewhere',
      {
        'Cargo.toml': '',
        '.cargo/config.toml':
          '[source.crates-io]\nreplace-with = "corp"\n[source.corp]\nregistry = "sparse+https://crates.corp/index/"\n',
      },
      ['https://crates.corp'],
    ],
    [
      'go',
      { 'go.mod': 'module x', 'go.sum': 'github.com/a/b v1.0.0 h1:x=\n' },
      ['https://proxy.golang.org', 'https://sum.golang.org'],
      ['github.com/a/b'],
    ],
    [
      'maven',
      {
        'pom.xml':
          '<project><artifactId>p</artifactId><repositories><repository><id>c</id><url>https://mvn.corp/r</url></repository></repositories></project>',
      },
      ['https://mvn.corp', 'https://repo.maven.apache.org', 'https://repo1.maven.org'],
      ['p'],
    ],
  ];
  for (const [what, files, origins, names = []] of cases) {
    it(`are found for ${what}`, () => {
      const found = detect(files);
      assert.deepEqual(found.origins, origins);
      assert.deepEqual([...found.names].sort(), names);
    });
  }
});

describe('registries of a hostile project', () => {
  const most = 256 * 1024;
  const cases: [what: string, file: string, text: string][] = [
    ['empty lines', '.npmrc', '\n'.repeat(most)],
    ['other line ends', 'pip.conf', '\r'.repeat(most)],
    ['a value that never comes', 'pip.conf', `-i${' '.repeat(most - 2)}`],
    ['elements without an address', 'pom.xml', '<mirror>'.repeat(most / 8)],
    ['words without a value', 'build.gradle', 'url '.repeat(most / 4)],
  ];
  for (const [what, file, text] of cases) {
    it(`are searched once, not once for each character: ${what}`, function () {
      this.timeout(5_000);
      assert.equal(text.length, most);
      detect({ 'package.json': '', 'setup.py': '', 'pom.xml': '', [file]: text });
    });
  }

  it('are not taken from a configuration file that is too long', () => {
    const line = 'registry=https://npm.corp/\n';
    const long = detect({ 'package.json': '{}', '.npmrc': line + '#'.repeat(most) });
    assert.deepEqual(long.origins, [npm]);
  });
});

describe('sealed files that tell of registries', () => {
  afterEach(removeFolders);

  it('are read where they fit and are only there where they do not, or are links', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, at) => [`packages/${at}/package.json`, `{"name":"${at}"}`]),
    );
    const folder = personRepository({ ...files, 'src/a.ts': 'a', 'yarn.lock': 'x'.repeat(17 * 1024 ** 2) });
    symlinkSync('yarn.lock', path.join(folder, 'requirements.txt'));
    const repo = await createFactoryRepo(path.join(temporaryFolder('run'), 'repo'), folder);
    const found = await sealedFiles(repo);
    const expected = Object.entries({ ...files, 'requirements.txt': '', 'yarn.lock': '' }).map(
      ([file, text]) => ({ path: file, text }),
    );
    const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
    assert.deepEqual(found, expected.sort(byPath));
  });
});

describe('network of a policy', () => {
  it('takes hosts and origins, and nothing with a path, a variable or credentials', () => {
    assert.equal(originOf('npm.example.com'), 'https://npm.example.com');
    assert.equal(originOf('npm.example.com:8443'), 'https://npm.example.com:8443');
    assert.equal(originOf('http://127.0.0.1:4873'), 'http://127.0.0.1:4873');
    assert.equal(originOf('[::1]:80'), 'https://[::1]:80');
    for (const bad of ['', '*', '*.com', 'a/b', 'u:p@host', 'ftp://x', 'host:99999', '$HOST', 'a b'])
      assert.equal(originOf(bad), undefined, bad);
    assert.throws(
      () => parsePolicy('version: 1\nnetwork: { allow: ["*"] }\n', 'p.yaml'),
      /p\.yaml:2: `network\.allow\.0` must be a host name/,
    );
  });

  it('adds only hosts that the person allowed, and scripts only where the person does', () => {
    const asked = readNetwork({ allow: ['npm.corp', 'evil.example'], scripts: true });
    const seal = (network: readonly string[] | 'any', scripts: boolean) =>
      sealNetwork(asked, { network, scripts }, 'policy.yaml');
    assert.throws(() => seal(['npm.corp'], true), {
      code: 'bad-input',
      message: /^policy\.yaml: `network\.allow` names evil\.example, which you have not allowed\.$/,
    });
    assert.equal(seal(['evil.example', 'npm.corp'], false).scripts, false);
    const own = seal('any', true);
    assert.deepEqual([own.scripts, own.named], [true, ['https://npm.corp', 'https://evil.example']]);
  });

  it('lets the person, and not the repository, name hosts of the own network', () => {
    const sealed = sealNetwork(noNetwork, { network: ['10.0.0.1'], scripts: false }, 'policy.yaml');
    assert.deepEqual([sealed.allow, sealed.named], [[], ['https://10.0.0.1']]);
  });
});

describe('credentials for registries', () => {
  const temp = useTemp();
  const names = new Set(['a', '@s/b', 'Flask', 'github.com/x/y']);

  async function of(files: Record<string, string>, env = {}) {
    const home = mkdtempSync(path.join(temp(), 'home-'));
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(home, file), text);
    const { credentials, trust } = await readUserRegistries(home, env);
    const authorize = authorizer(credentials, names);
    return { trust, of: (url: string) => authorize(new URL(url)) };
  }

  it('go with locked packages of the host that they are for, and with nothing else', async () => {
    const user = await of({ '.npmrc': '//npm.corp/r/:_authToken=${TOKEN}\n' }, { TOKEN: 't' });
    for (const url of ['a', 'a/-/a-1.0.0.tgz', '@s%2fb', '@s/b/-/b-1.0.0.tgz'])
      assert.equal(user.of(`https://npm.corp/r/${url}`), 'Bearer t', url);
    for (const url of [
      ...['https://npm.corp/r/secret', 'https://npm.corp/r/secret/-/a-1.0.0.tgz', 'https://npm.corp/r/A'],
      ...['https://npm.corp/a', 'https://evil.example/r/a', 'http://npm.corp/r/a', 'https://npm.corp:1/r/a'],
      ...['https://npm.corp/r/-/whoami', 'https://npm.corp/r/%'],
      ...[
        'a%2f..%2fsecret',
        'a%2f%2e%2e%2fsecret',
        'a%252f..%252fsecret',
        'a%5c..%5csecret',
        'a//secret',
        'a/..;/secret',
        'a%3f',
      ].map((rest) => `https://npm.corp/r/${rest}`),
      ...['a%2f.%2fb', '@s%2fb%2f..%2fsecret', '%2e%2e%2fa'].map((rest) => `https://npm.corp/r/${rest}`),
    ])
      assert.equal(user.of(url), undefined, url);
  });

  it('are read from the other things that npm knows, and from .netrc', async () => {
    const password = Buffer.from('p').toString('base64');
    const user = await of({
      '.npmrc': `//one.corp/:_auth="dTpw"\n//two.corp/:username=u\n//two.corp/:_password=${password}\n`,
      '.netrc': 'machine pypi.corp\n  login u password p\nmachine go.corp login u password p\n',
    });
    const basic = `Basic ${Buffer.from('u:p').toString('base64')}`;
    assert.equal(user.of('https://one.corp/a'), basic);
    assert.equal(user.of('https://two.corp/a'), basic);
    assert.equal(user.of('https://pypi.corp/simple/flask/'), basic);
    assert.equal(user.of('https://pypi.corp/packages/1f/flask-3.0-py3-none-any.whl'), basic);
    assert.equal(user.of('https://go.corp/github.com/x/y/@v/v1.0.0.zip'), basic);
    assert.equal(user.of('https://pypi.corp/simple/private/'), undefined);
    assert.equal(user.of('https://pypi.corp/simple/flask%2f..%2fprivate/'), undefined);
    assert.equal(user.of('https://pypi.corp/simple/private%2f..%2fflask/'), undefined);
  });

  it('come with the registries of their person, without what an address may hold beside a place', async () => {
    const home = mkdtempSync(path.join(temp(), 'home-'));
    const lines = [
      'registry = "https://u:p@npm.corp/repo/?x=1"',
      '@s:registry=http://10.0.0.1:8081',
      'registry2=https://no.corp',
      '@t:registry=file:///etc',
    ];
    writeFileSync(path.join(home, '.npmrc'), lines.join('\n'));
    const { npm } = await readUserRegistries(home, {});
    assert.deepEqual(
      [...npm].map(([what, { href }]) => `${what}=${href}`),
      ['registry=https://npm.corp/repo/', '@s:registry=http://10.0.0.1:8081/'],
    );
  });

  it('are none where there is no home, and a certificate file is read where one is named', async () => {
    assert.deepEqual(await readUserRegistries('/nonexistent', {}), {
      ...{ credentials: [], trust: [], npm: new Map() },
    });
    const user = await of({ '.npmrc': 'cafile=ca.pem\n', 'ca.pem': 'PEM' });
    assert.deepEqual(user.trust, ['PEM']);
  });
});
