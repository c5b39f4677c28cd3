import assert from 'node:assert/strict';
import { openJira } from './jiraTwin';
import { keysOf, mia, refusal, start } from './searchSite';

const me = '5b10a2844c20165700ede21g';
const sprint = (id: number, name: string, state: string) => ({
  id,
  name,
  state,
  board: 1,
  startDate: '2026-03-01T00:00:00Z',
  endDate: '2026-03-14T00:00:00Z',
});
const options = [
  { id: '1', value: 'Europe' },
  { id: '2', value: 'Paris', optionId: '1' },
  { id: '3', value: 'Rome', optionId: '1' },
];
const place = (child: string) => ({ customfield_10200: { id: '1', value: 'Europe', child: { id: child } } });

const seed = {
  projects: [
    { key: 'EX', lead: mia },
    { key: 'HR', actors: { '10003': { users: [me], groups: [] } } },
  ],
  filters: [{ id: '10000', name: 'f', jql: 'project = EX' }],
  boards: [{ id: 1, name: 'b', filter: '10000' }],
  sprints: [sprint(1, 'Past', 'closed'), sprint(2, 'Now', 'active'), sprint(3, 'Next', 'future')],
  components: [{ id: '1', project: 'EX', name: 'Badge', lead: me }],
  versions: [
    { id: '1', project: 'EX', name: '1.0', released: true },
    { id: '2', project: 'EX', name: '1.1', released: true },
    { id: '3', project: 'EX', name: '2.0' },
    { id: '4', project: 'EX', name: '2.1' },
  ],
  customFields: [
    { id: 'customfield_10020', name: 'Sprint', type: 'com.pyxis.greenhopper.jira:gh-sprint' },
    { id: 'customfield_10014', name: 'Epic Link', type: 'com.pyxis.greenhopper.jira:gh-epic-link' },
    {
      id: 'customfield_10200',
      name: 'Place',
      type: 'com.atlassian.jira.plugin.system.customfieldtypes:cascadingselect',
      contexts: [{ name: 'all', options }],
    },
  ],
  issues: [
    { key: 'EX-1', summary: 'epic', issuetype: 'Epic', sprints: [1, 2], fixVersions: ['1.0'] },
    { key: 'EX-2', summary: 'story', parent: 'EX-1', sprints: [3], fixVersions: ['1.1'], votes: [me] },
    {
      key: 'EX-3',
      summary: 'sub',
      issuetype: 'Sub-task',
      parent: 'EX-2',
      fixVersions: ['2.0'],
      watchers: [me],
    },
    {
      key: 'EX-4',
      summary: 'other',
      components: ['Badge'],
      fixVersions: ['2.1'],
      lastViewed: '2026-03-01T00:00:00Z',
    },
    { key: 'HR-1', summary: 'p', creator: mia, created: '2026-03-02T00:00:00Z', customFields: place('2') },
    { key: 'HR-2', summary: 'q', customFields: place('3') },
  ],
  links: [{ type: 'Blocks', inward: 'EX-4', outward: 'HR-1' }],
};
const open = () => openJira({ seed, now: () => start });

describe('Jira twin: functions of JQL', () => {
  const cases: readonly (readonly [jql: string, keys: string[]])[] = [
    ['sprint in openSprints()', ['EX-1']],
    ['sprint in closedSprints()', ['EX-1']],
    ['sprint in futureSprints()', ['EX-2']],
    ['sprint = "Next"', ['EX-2']],
    ['sprint = 2', ['EX-1']],
    ['sprint not in openSprints()', ['EX-2']],
    ['sprint is EMPTY AND project = EX', ['EX-3', 'EX-4']],
    ['"Epic Link" = EX-1', ['EX-2']],
    ['parent = EX-2', ['EX-3']],
    ['parent in (EX-1, EX-2)', ['EX-2', 'EX-3']],
    ['issue in childIssuesOf("EX-1")', ['EX-2', 'EX-3']],
    ['issue in linkedIssues("EX-4")', ['HR-1']],
    ['issue in linkedIssues("EX-4", "blocks")', ['HR-1']],
    ['issue in linkedIssues("HR-1", "is blocked by")', ['EX-4']],
    ['issueLinkType = "is blocked by"', ['HR-1']],
    ['issue in votedIssues()', ['EX-2']],
    ['issue in watchedIssues()', ['EX-3']],
    ['issue in issueHistory()', ['EX-4']],
    [`issue in updatedBy("${mia}")`, ['HR-1']],
    [`issue in updatedBy("${mia}", "-3d")`, []],
    ['type in subTaskIssueTypes()', ['EX-3']],
    ['fixVersion in releasedVersions()', ['EX-1', 'EX-2']],
    ['fixVersion in unreleasedVersions(EX)', ['EX-3', 'EX-4']],
    ['fixVersion = latestReleasedVersion(EX)', ['EX-2']],
    ['fixVersion = earliestUnreleasedVersion(EX)', ['EX-3']],
    ['fixVersion >= 1.1', ['EX-2', 'EX-3', 'EX-4']],
    ['fixVersion ~ "2.*"', ['EX-3', 'EX-4']],
    ['component in componentsLeadByUser()', ['EX-4']],
    [`project in projectsLeadByUser("${mia}")`, ['EX-1', 'EX-2', 'EX-3', 'EX-4']],
    ['project in projectsWhereUserHasRole(Member)', ['HR-1', 'HR-2']],
    ['project in projectsWhereUserHasPermission("Administer Projects")', ['EX-1', 'EX-2', 'EX-3', 'EX-4']],
    ['Place in cascadeOption(Europe)', ['HR-1', 'HR-2']],
    ['Place in cascadeOption(Europe, Rome)', ['HR-2']],
    ['creator in membersOf("jira-software-users") AND project = HR', ['HR-1', 'HR-2']],
    ['resolved >= startOfYear() OR due < endOfWeek()', []],
  ];
  for (const [jql, keys] of cases) {
    it(`finds ${keys.join(', ') || 'nothing'} by ${jql}`, async () => {
      assert.deepEqual(await keysOf(open(), jql), keys);
    });
  }

  it('refuses arguments that make no sense in the words of Jira', async () => {
    const expected: readonly (readonly [jql: string, message: string])[] = [
      ['issue in linkedIssues("EX-99")', "Issue 'EX-99' could not be found in function 'linkedIssues'."],
      [
        'issue in linkedIssues("EX-4", x)',
        "Issue link type 'x' could not be found in function 'linkedIssues'.",
      ],
      [
        'issue in linkedIssues()',
        "Incorrect number of arguments for function 'linkedIssues'. Usage: 'linkedIssues ( issuekey [, linkDescription ]* )'.",
      ],
      [
        'fixVersion in unreleasedVersions(deleted)',
        "Could not resolve the project 'deleted' provided to function 'unreleasedVersions'.",
      ],
      [
        'sprint = Nowhere',
        "Sprint with name 'Nowhere' does not exist or you do not have permission to view it.",
      ],
      ['assignee in membersOf()', "Function 'membersOf' expected '1' arguments but received '0'."],
    ];
    for (const [jql, message] of expected) assert.equal(await refusal(open(), jql), message);
  });
});
