import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { planTwins } from '../../../src/twins/plan';
import type { PodTwins, TwinHandle } from '../../../src/twins/types';
import { buildPrograms, openTestPod, temporaryFolder, type TestPod } from '../../support/sandbox';

/** Where Debian's package of the library is; test/support/system.mjs installs it where it may. */
const library = '/usr/lib/python3/dist-packages/requests/__init__.py';

const prelude = `
import datetime, email.utils, json, sys, time
import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry
keys = json.loads(sys.argv[1])
okta, slack, jira = requests.Session(), requests.Session(), requests.Session()
okta.headers['Authorization'] = 'SSWS ' + keys['okta']
slack.headers['Authorization'] = 'Bearer ' + keys['slack']
jira.auth = (keys['email'], keys['jira'])
OKTA, SLACK, JIRA = 'https://acme.okta.com', 'https://slack.com/api', 'https://acme.atlassian.net'
def show(*values): print(json.dumps(values))
`;

const happy = `
profile = {'firstName': 'Ann', 'lastName': 'Lee', 'email': 'ann@example.com', 'login': 'ann@example.com'}
made = okta.post(OKTA + '/api/v1/users', params={'activate': 'false'}, json={'profile': profile})
for name in 'abc': okta.post(OKTA + '/api/v1/groups', json={'profile': {'name': name}}).raise_for_status()
names, url = [], OKTA + '/api/v1/groups?limit=2'
while url:
    page = okta.get(url)
    names += [group['profile']['name'] for group in page.json()]
    url = page.links.get('next', {}).get('url')
missing = okta.get(OKTA + '/api/v1/users/nobody')
show(made.status_code, made.json()['status'], [name for name in 'abc' if name in names], missing.status_code, missing.json()['errorCode'])

posted = slack.post(SLACK + '/chat.postMessage', json={'channel': '#general', 'text': 'Ann leaves ☂'}).json()
read = slack.get(SLACK + '/conversations.history', params={'channel': posted['channel'], 'limit': 1}).json()
formed = slack.post(SLACK + '/chat.postMessage', data={'channel': posted['channel']}).json()
show(posted['ok'], read['messages'][0]['text'], formed['error'])

fields = {'project': {'key': 'EX'}, 'issuetype': {'name': 'Task'}, 'summary': 'Offboard Ann'}
issue = jira.post(JIRA + '/rest/api/2/issue', json={'fields': fields})
place = JIRA + '/rest/api/2/issue/' + issue.json()['key']
[file] = jira.post(place + '/attachments', files={'file': ('list.txt', b'badge')}, headers={'X-Atlassian-Token': 'no-check'}).json()
content = jira.get(JIRA + '/rest/api/2/attachment/content/' + file['id'])
edited = jira.put(place, json={'fields': {'labels': ['leaver']}})
gone = requests.get(place, auth=('nobody', 'x'))
show(issue.status_code, content.text, edited.status_code, edited.text, jira.get(place).json()['fields']['labels'], gone.status_code)
`;

const limited = `
retry = Retry(total=2, status_forcelist=[429, 503], allowed_methods=None, backoff_factor=0)
for session in (slack, jira): session.mount('https://', HTTPAdapter(max_retries=retry))
begin = time.monotonic()
message = slack.post(SLACK + '/chat.postMessage', json={'channel': '#general', 'text': 'once'})
waited = time.monotonic() - begin
history = message.raw.retries.history
issue = jira.get(JIRA + '/rest/api/3/issue/EX-1')
show(message.json()['ok'], [one.status for one in history], waited >= 1, issue.status_code)

refused = okta.get(OKTA + '/api/v1/users/me')
sent = email.utils.parsedate_to_datetime(refused.headers['Date']).timestamp()
wait = int(refused.headers['X-Rate-Limit-Reset']) - sent
show(refused.status_code, refused.json()['errorCode'], 1 <= wait <= 3, okta.get(OKTA + '/api/v1/users/me').status_code)
`;

const broken = `
def outcome(work):
    try: return work().status_code
    except requests.exceptions.RequestException as error: return type(error).__name__
# Behind any proxy urllib3 calls a connection that breaks a ProxyError, which is a ConnectionError.
try: okta.get(OKTA + '/api/v1/users/me')
except requests.exceptions.ConnectionError: show('broke', outcome(lambda: okta.get(OKTA + '/api/v1/users/me')))
show(outcome(lambda: requests.get('https://api.example.com/')))
show(outcome(lambda: requests.get(SLACK + '/api.test', verify='/etc/ssl/certs/ca-certificates.crt')))
`;

/** The real library of most Python programs, which follows its own variables and nothing of ours. */
describe('Python’s requests with twins, in a pod', function () {
  let test: TestPod | undefined;
  let started: PodTwins;
  const refused: string[] = [];

  before(async function () {
    if (!existsSync(library)) return this.skip();
    const names = ['okta', 'slack', 'jira'];
    const options = {
      folder: temporaryFolder('requests'),
      programs: await buildPrograms(),
      control: false,
    };
    const plan = await planTwins(names, options);
    test = await openTestPod({ mounts: plan.mounts });
    const seeds: Record<string, unknown> = { jira: { issues: [{ key: 'EX-1', summary: 'one' }] } };
    const setups = names.map((name) => ({ name, seed: seeds[name] }));
    started = await plan.start(test.pod, setups, (host) => refused.push(host));
  });
  beforeEach(() => Promise.all(started.twins.map((twin) => twin.reset())));
  after(() => test?.pod.close());

  const twin = (name: string): TwinHandle => started.twins.find((one) => one.name === name)!;

  /** @returns what the program showed, line by line */
  async function run(program: string): Promise<unknown[]> {
    const { email, token: jira } = twin('jira').values;
    const keys = { okta: twin('okta').values['token'], slack: twin('slack').values['token'], email, jira };
    const { stdout, stderr } = await test!.pod.run({
      argv: ['/usr/bin/python3', '-c', prelude + program, JSON.stringify(keys)],
      cwd: '/workspace',
      env: started.env,
      timeoutMs: 30_000,
    });
    assert.equal(stderr, '');
    return stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
  }

  it('creates, reads, pages, uploads and is refused, by the real host names', async () => {
    assert.deepEqual(await run(happy), [
      [200, 'STAGED', ['a', 'b', 'c'], 404, 'E0000007'],
      [true, 'Ann leaves ☂', 'no_text'],
      [201, 'badge', 204, '', ['leaver'], 401],
    ]);
  });

  it('waits as long as a 429 asks for, and tries again by its own rules', async () => {
    await twin('slack').addFaults([
      { on: 'chat.postMessage', reply: 'ratelimited', retryAfter: 1, times: 1 },
    ]);
    await twin('jira').addFaults([{ on: '*', reply: 'http_503', times: 1 }]);
    await twin('okta').addFaults([{ on: '*', reply: 'ratelimited', retryAfter: 2, times: 1 }]);
    assert.deepEqual(await run(limited), [
      [true, [429], true, 200],
      [429, 'E0000047', true, 200],
    ]);
    const calls = await twin('slack').calls();
    assert.deepEqual(
      calls.map(({ answered }) => answered),
      ['ratelimited', 'ok'],
    );
  });

  it('meets connections that break, hosts without a twin, and certificates of nobody’s', async () => {
    await twin('okta').addFaults([{ on: '*', reply: 'connection_reset', times: 1 }]);
    assert.deepEqual(await run(broken), [['broke', 200], ['ProxyError'], ['SSLError']]);
    assert.deepEqual(refused, ['api.example.com']);
  });
});
