import assert from 'node:assert/strict';
import { openJira } from './jiraTwin';
import { keysOf, mia, open, post, refusal, start, ticket, type Found } from './searchSite';

describe('Jira twin: what JQL means', () => {
  const cases: readonly (readonly [jql: string, keys: string[]])[] = [
    ['project = ex', ['EX-1', 'EX-2', 'EX-3']],
    ['project in (10001)', ['HR-1']],
    ['project != EX', ['HR-1']],
    ['assignee = currentUser()', []],
    ['assignee is EMPTY', ['EX-2', 'EX-3', 'HR-1']],
    ['assignee != currentUser()', ['EX-1']],
    ['assignee in membersOf("jira-software-users")', ['EX-1']],
    ['assignee = "mia@example.com"', ['EX-1']],
    ['reporter = currentUser() AND type = Story', ['HR-1']],
    ['issuetype in standardIssueTypes() AND project = HR', ['HR-1']],
    ['labels = offboarding AND labels != urgent', ['EX-2']],
    ['labels not in (urgent)', ['EX-2']],
    ['priority > Medium', ['EX-1']],
    ['priority <= Low', ['EX-3']],
    ['statusCategory = "To Do" AND project = HR', ['HR-1']],
    ['statusCategory = new AND project = HR', ['HR-1']],
    ['resolution = Unresolved AND project = HR', ['HR-1']],
    ['resolution is EMPTY AND project = HR', ['HR-1']],
    ['created >= -2d', ['EX-2']],
    ['created > startOfDay(-1) AND created < endOfDay(-1)', ['EX-2']],
    ['created >= "2026/03/09" AND created <= "2026-03-09 10:00"', ['EX-2']],
    ['created = "2026-03-09 09:00"', ['EX-2']],
    ['due <= 3d', ['EX-3']],
    ['due = 2026-03-12', ['EX-3']],
    ['due < startOfWeek(1w)', ['EX-3']],
    ['summary ~ "offboarding"', ['EX-1', 'EX-2']],
    ['summary ~ "off* -ann"', ['EX-2']],
    ['text ~ "twelve"', ['EX-3']],
    ['summary ~ "offboard NOT ann"', ['EX-2']],
    ['text ~ "laptop OR ann"', ['EX-1', 'EX-3']],
    ['summary ~ "\\"Ann offboard\\""', []],
    ['key in (EX-1, HR-1)', ['EX-1', 'HR-1']],
    ['key >= EX-2', ['EX-2', 'EX-3']],
    ['NOT project = EX', ['HR-1']],
    ['project = HR OR project = EX AND labels = urgent', ['EX-1', 'HR-1']],
    ['issue in issueHistory()', []],
    ['votes = 0 AND project = HR', ['HR-1']],
    ['attachments is EMPTY AND project = HR', ['HR-1']],
    ['sprint in openSprints()', []],
    ['watcher = currentUser()', []],
  ];
  for (const [jql, keys] of cases) {
    it(`finds ${keys.join(', ') || 'nothing'} by ${jql}`, async () => {
      assert.deepEqual(await keysOf(open(), jql), keys);
    });
  }

  const formats =
    "Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.";
  const refused: readonly (readonly [jql: string, message: string])[] = [
    ['summary = test', "The operator '=' is not supported by the 'summary' field."],
    ['summary in test', `Operator 'in' does not support the non-list value '"test"' for field 'summary'.`],
    [
      'assignee = membersOf(x)',
      "Operator '=' does not support the list value 'membersOf(x)' for field 'assignee'.",
    ],
    ['status is Done', "Operator 'is' does not support searching for non-empty values for field 'status'."],
    [
      'created > EMPTY',
      "Operator '>' does not support the empty value representation 'EMPTY' for field 'created'.",
    ],
    ['project = NOPE', "The value 'NOPE' does not exist for the field 'project'."],
    ['type = 666', "A value with ID '666' does not exist for the field 'type'."],
    ['key = EX-99', "An issue with key 'EX-99' does not exist for field 'key'."],
    ['key = nonsense', "The issue key 'nonsense' for field 'key' is invalid."],
    ['comment is EMPTY', "The field 'comment' does not support searching for EMPTY values."],
    ['text ~ ""', "The field 'text' does not support searching for an empty string."],
    ['text ~ "AND"', "Unable to parse the text 'AND' for field 'text'."],
    ['text ~ "*x"', "The text query '*x' for field 'text' is not allowed to start with '*'."],
    ['updated < dd', `Date value 'dd' for field 'updated' is invalid. ${formats}`],
    ['due = 2026-02-30', `Date value '2026-02-30' for field 'due' is invalid. ${formats}`],
    [
      'created = currentUser()',
      "A date for the field 'created' provided by the function 'currentUser' is not valid.",
    ],
    [
      'status = currentUser()',
      "A value provided by the function 'currentUser' is invalid for the field 'status'.",
    ],
    [
      'assignee was currentUser()',
      "A value provided by the function 'currentUser' is invalid for the field 'assignee'.",
    ],
    ['assignee = bogus(HSP)', "Unable to find JQL function 'bogus(HSP)'."],
    ['created > now(1)', "Function 'now' expected '0' arguments but received '1'."],
    [
      'created > startOfDay(invalid)',
      "Duration for function 'startOfDay' should have the format (+/-)n(yMwdm), e.g -1M for 1 month earlier.",
    ],
    [
      'assignee in membersOf(nobody)',
      "Function 'membersOf' can not generate a list of usernames for group 'nobody'; the group does not exist.",
    ],
    ['votes = -3', "Value '-3' is invalid for the 'votes' field. Votes must be a positive whole number."],
    ['project = EX ORDER BY bogus', "Not able to sort using field 'bogus'."],
    [
      'status = "To Do" by admin',
      'The EQUALS operator does not support the use of the by "admin" predicate.',
    ],
    [
      'fixVersion changed 4 by admin',
      'The CHANGED operator does not support the use of values without predicates. You must prefix the 4 value with a suitable predicate.',
    ],
    ['status changed from fred', "The value 'fred' does not exist for the field 'status'."],
    ['status changed after "20/12/10"', `Date value '20/12/10' for predicate 'after' is invalid. ${formats}`],
    [
      'status changed after currentUser()',
      "A date for the predicate 'after' provided by the function 'currentUser' is not valid.",
    ],
    [
      'status changed before ("2026-01-01", "2026-01-02")',
      'The BEFORE predicate must be supplied with only 1 date value.',
    ],
    ['status changed during 2026-01-01', 'The DURING predicate must be supplied with exactly 2 date values.'],
    ['summary was x', "History searches do not support the 'summary' field."],
  ];
  for (const [jql, message] of refused) {
    it(`refuses ${jql} in the words of Jira`, async () => {
      assert.equal(await refusal(open(), jql), message);
    });
  }

  it('searches the history of issues', async () => {
    const jira = open();
    const move = (id: string) =>
      jira.call('POST', '/rest/api/3/issue/EX-1/transitions', { transition: { id } });
    await move('21');
    await jira.twin.changeClock({ advance: 24 * 3600_000 });
    await move('31');
    const day = '2026-03-11';
    const expected: readonly (readonly [string, boolean])[] = [
      ['status was "In Progress"', true],
      ['status was not "In Progress"', false],
      ['status was in ("In Progress", "To Do") AND status = Done', true],
      ['status changed', true],
      ['status changed to Done by currentUser()', true],
      ['status changed from "To Do" to Done', false],
      [`status changed to Done on "${day}"`, true],
      [`status changed to Done before "${day}"`, false],
      [`status was "In Progress" before "${day}"`, true],
      [`status was Done before "${day}"`, false],
      [`status was Done by ${mia}`, false],
      ['status changed during (-2d, now()) AND resolution changed', true],
    ];
    for (const [jql, isFound] of expected) {
      assert.deepEqual((await keysOf(jira, `(${jql}) AND key = EX-1`)).length, Number(isFound), jql);
    }
  });

  it('finds custom fields by name, number and kind', async () => {
    const type = 'com.atlassian.jira.plugin.system.customfieldtypes';
    const custom = (id: number, name: string, kind: string, options: string[] = []) => ({
      id: `customfield_${id}`,
      name,
      type: `${type}:${kind}`,
      contexts: [{ name: 'all', options: options.map((value, index) => ({ id: `${id}${index}`, value })) }],
    });
    const jira = open({
      customFields: [
        custom(10100, 'Equipment', 'multiselect', ['Laptop', 'Phone']),
        custom(10101, 'Cost', 'float'),
        custom(10102, 'Last day', 'datepicker'),
        custom(10103, 'Notes on it', 'textfield'),
      ],
      issues: [
        ticket('one', {
          key: 'EX-1',
          customFields: {
            customfield_10100: [{ id: '101000', value: 'Laptop' }],
            customfield_10101: 1200.5,
            customfield_10102: '2026-03-31',
            customfield_10103: 'ask Ann',
          },
        }),
        ticket('two', { key: 'EX-2', customFields: { customfield_10101: 3 } }),
      ],
    });
    const expected: readonly (readonly [string, string[]])[] = [
      ['Equipment = Laptop', ['EX-1']],
      ['"Equipment[Select List (multiple choices)]" in (Phone, Laptop)', ['EX-1']],
      ['cf[10101] > 10', ['EX-1']],
      ['Cost <= 1200.5', ['EX-1', 'EX-2']],
      ['"Last day" <= endOfMonth()', ['EX-1']],
      ['"Notes on it" ~ ann', ['EX-1']],
      ['cf[10103] is EMPTY', ['EX-2']],
    ];
    for (const [jql, keys] of expected) assert.deepEqual(await keysOf(jira, jql), keys, jql);
    assert.equal(
      await refusal(jira, 'Equipment = Desk'),
      "The option 'Desk' for field 'Equipment' does not exist.",
    );
    assert.match(
      String(await refusal(jira, 'customfield_10100 = Laptop')),
      /^Field 'customfield_10100' does not exist/,
    );
  });

  it('orders by several fields, the empty last', async () => {
    const jira = open();
    const order = async (jql: string) => {
      const answer = await post(jira, jql, { fields: ['key'] });
      return (answer.body as unknown as Found).issues.map(({ key }) => key);
    };
    assert.deepEqual(await order('project = EX ORDER BY priority'), ['EX-1', 'EX-2', 'EX-3']);
    assert.deepEqual(await order('project = EX ORDER BY priority ASC, key DESC'), ['EX-3', 'EX-2', 'EX-1']);
    assert.deepEqual(await order('project = EX ORDER BY due ASC, key ASC'), ['EX-3', 'EX-1', 'EX-2']);
    assert.deepEqual(await order('project = EX ORDER BY summary DESC'), ['EX-2', 'EX-1', 'EX-3']);
    assert.deepEqual(await order('project = EX ORDER BY created'), ['EX-2', 'EX-1', 'EX-3']);
    assert.deepEqual(await order('project = EX ORDER BY Rank'), ['EX-1', 'EX-2', 'EX-3']);
  });

  it('reads dates in the time zone of the person who asks', async () => {
    const users = [
      {
        accountId: 'a1',
        displayName: 'Factory',
        emailAddress: 'factory@example.com',
        timeZone: 'Australia/Sydney',
      },
    ];
    const at = '2026-03-08T13:30:00Z';
    const jira = openJira({
      seed: { me: 'a1', users, groups: [], issues: [{ summary: 's', key: 'EX-1', created: at }] },
      now: () => start,
    });
    assert.deepEqual(await keysOf(jira, 'created >= "2026-03-09" AND created < "2026-03-10"'), ['EX-1']);
    assert.deepEqual(await keysOf(jira, 'created >= startOfDay(-1) AND created <= endOfDay(-1)'), ['EX-1']);
  });
});
