import assert from 'node:assert/strict';
import { FilterSyntaxError, isAllowed, matches, parseFilter } from '../../../src/twins/okta/filter';

const user = {
  id: '00u1',
  status: 'ACTIVE',
  created: '2026-03-01T00:00:00.000Z',
  age: 42,
  admin: true,
  profile: { firstName: 'Isaac', lastName: 'Brock "Ike"', city: null, teams: ['red', 'Blue'] },
  emails: [
    { type: 'work', value: 'isaac@example.com' },
    { type: 'home', value: 'ike@example.org' },
  ],
};
const holds = (text: string, ignoreCase = false) => matches(parseFilter(text), user, { ignoreCase });

describe('filters of Okta and SCIM', () => {
  it('compare text by equality, beginning, end, part and order', () => {
    assert.ok(holds('status eq "ACTIVE"') && holds('status ne "STAGED"'));
    assert.ok(holds('profile.firstName sw "Isa"') && holds('profile.firstName ew "aac"'));
    assert.ok(holds('profile.firstName co "saa"') && !holds('profile.firstName co "xyz"'));
    assert.ok(holds('status gt "ACTIV"') && holds('status le "ACTIVE"') && !holds('status lt "ACTIVE"'));
  });

  it('take operators in any case, property names only in their own', () => {
    assert.ok(holds('status EQ "ACTIVE" AND NOT (id Eq "x")'));
    assert.ok(!holds('Status eq "ACTIVE"'));
  });

  it('tell the case of values apart only where asked to', () => {
    assert.ok(!holds('status eq "active"'));
    assert.ok(holds('status eq "active"', true) && holds('profile.teams eq "blue"', true));
  });

  it('bind and before or, and parentheses before both', () => {
    assert.ok(holds('id eq "00u1" or id eq "x" and id eq "y"'));
    assert.ok(!holds('(id eq "00u1" or id eq "x") and id eq "y"'));
  });

  it('compare times as times, whatever their zone', () => {
    assert.ok(holds('created eq "2026-03-01T01:00:00.000+01:00"'));
    assert.ok(holds('created lt "2026-03-01T00:00:01Z"') && holds('created ge "2026-03-01T00:00:00Z"'));
  });

  it('compare numbers, truth and nothing', () => {
    assert.ok(holds('age gt 41.5') && holds('age le 42') && !holds('age eq "42"'));
    assert.ok(holds('admin eq true') && !holds('admin eq false') && holds('profile.city eq null'));
  });

  it('know presence', () => {
    assert.ok(holds('profile.firstName pr') && !holds('profile.city pr') && !holds('profile.nothing pr'));
  });

  it('need one element of an array, and all of a filter in brackets of the same', () => {
    assert.ok(holds('profile.teams eq "red"') && holds('emails.value ew "@example.org"'));
    assert.ok(holds('emails[type eq "work" and value co "@example.com"]'));
    assert.ok(!holds('emails[type eq "home" and value co "@example.com"]'));
  });

  it('read quotes and characters by their escapes', () => {
    assert.ok(holds('profile.lastName eq "Brock \\"Ike\\""') && holds('profile.firstName eq "\\u0049saac"'));
  });

  it('are refused where they are not in the grammar', () => {
    const wrong = [
      '',
      'status',
      'status eq',
      'status eq ACTIVE',
      'status is "ACTIVE"',
      'status eq "ACTIVE',
      '(status eq "ACTIVE"',
      'status eq "ACTIVE")',
      'status eq "A" status eq "B"',
      'status eq "A" and',
      'and status eq "A"',
      '"status" eq "A"',
      'status eq "A" ; drop',
      'emails[type eq "work"',
      'status eq "\\x"',
      '('.repeat(5000),
      `${'not ('.repeat(60)}id pr${')'.repeat(60)}`,
      'id pr or '.repeat(3000) + 'id pr',
    ];
    for (const text of wrong) assert.throws(() => parseFilter(text), FilterSyntaxError, text.slice(0, 40));
  });

  it('never reach what objects inherit', () => {
    assert.ok(!holds('constructor pr') && !holds('profile.__proto__ pr') && !holds('toString.name pr'));
  });

  it('keep to rules about properties, operators and not', () => {
    const rules = {
      operators: (name: string) => (name === 'status' ? (['eq', 'pr'] as const) : null),
      not: false,
    };
    const allowed = (text: string) => isAllowed(parseFilter(text), rules);
    assert.ok(allowed('status eq "A" or (status pr)'));
    assert.ok(!allowed('status sw "A"') && !allowed('id eq "A"') && !allowed('status eq "A" and id pr'));
    assert.ok(!allowed('not (status eq "A")') && !allowed('emails[status eq "A"]'));
  });
});
