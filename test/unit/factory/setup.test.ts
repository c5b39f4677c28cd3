import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parsePolicy } from '../../../src/factory/policy';
import { authorizer, readUserRegistries } from '../../../src/factory/setupCredentials';
import { noNetwork, originOf, readNetwork, sealNetwork } from '../../../src/factory/setupHosts';
import { detectRegistries } from '../../../src/factory/setupRegistries';
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
  });

  it('are none where there is no home, and a certificate file is read where one is named', async () => {
    assert.deepEqual(await readUserRegistries('/nonexistent', {}), { credentials: [], trust: [] });
    const user = await of({ '.npmrc': 'cafile=ca.pem\n', 'ca.pem': 'PEM' });
    assert.deepEqual(user.trust, ['PEM']);
  });
});
