import assert from 'node:assert/strict';
import { lintRules } from '../../../src/spec/ruleTable';
import { lintSpec } from '../../../src/spec/lint';
import { parseSpec } from '../../../src/spec/parse';
import { newSpecText } from '../../../src/editor/specTemplate';
import { applied, lint, textAt } from './specs';

/** For each rule: requirements and the text that is marked, and requirements that look alike but are fine. */
const cases: Record<string, { bad: [requirements: string, marked: string][]; good: string[] }> = {
  'wording/vague': {
    bad: [
      ['- **R1** The bot MUST answer quickly.', 'quickly'],
      ['- **R1** The page MUST be user-friendly.', 'user-friendly'],
      ['- **R1** The bot MUST retry as needed.', 'as needed'],
      ['- **R1** The bot MUST read JSON, YAML, etc.', 'etc'],
      ['- **R1** The bot MUST stop\n  gracefully.', 'gracefully'],
    ],
    good: [
      '- **R1** The bot MUST answer in less than 200 ms.',
      '- **R1** The tool MUST refuse a merge that is no fast-forward.',
      '- **R1** The tool MUST print `done quickly`.',
      '- **R1** The tool MUST print "try a reasonable value".',
      '- **R1** The bot MUST post.\n  - Example: it answers quickly.',
    ],
  },
  'wording/missing-actor': {
    bad: [
      ['- **R1** MUST post one message.', 'MUST'],
      ['- **R1** When a leaver is found, MUST post one message.', 'MUST'],
      ['- **R1** It MUST post one message.', 'It MUST'],
      ['- **R1** When a leaver is found, an email MUST be sent.', 'MUST be sent'],
    ],
    good: [
      '- **R1** When a leaver is found, the bot MUST post one message.',
      '- **R1** `changelog` MUST exit with 2.',
      '- **R1** If Slack answers `ratelimited`, it MUST be asked again by the bot.',
      '- **R1** An email MUST be sent by the bot.',
      '- **R1** The request MUST be rejected with 400.',
      '- **R1** The bot, when asked, MUST answer.',
    ],
  },
  'wording/compound': {
    bad: [
      ['- **R1** The bot MUST post one message and MUST close the ticket.', 'MUST'],
      ['- **R1** WHEN x THEN the system SHALL log it AND SHALL close the ticket', 'SHALL'],
      ['- **R1** The bot MUST NOT post and it MUST NOT log.', 'MUST NOT'],
    ],
    good: [
      '- **R1** The bot MUST wait and send again.',
      '- **R1** The tool MUST print the version and MUST NOT print anything else.',
      '- **R1** The tool MUST print `MUST`.',
      '- **R1** The tool MUST read and MUST sort the entries, and SHOULD do so by date.',
      '- **R1** The bot MUST post.\n  - Example: the bot MUST post once.',
    ],
  },
  'wording/open-question': {
    bad: [
      ['- **R1** The bot MUST stop after TBD days.', 'TBD'],
      ['- **R1** The bot MUST stop. TODO: when?', 'TODO'],
      ['- **R1** The bot MUST stop [NEEDS CLARIFICATION: when?]', '[NEEDS CLARIFICATION: when?]'],
      ['- **R1** The bot MUST stop after ??? days.', '???'],
    ],
    good: [
      '- **R1** The linter MUST report TODO comments.',
      '- **R1** The tool MUST print `TBD`.',
      '- **R1** The tool MUST list all todos?',
      '- **R1** The tool MUST write a draft.\n  - Example: its date is TBD.',
    ],
  },
  'glossary/undefined-term': {
    bad: [['- **R1** The bot MUST tell the DRI.', 'DRI']],
    good: [
      '- **R1** The tool MUST print JSON over HTTP, in UTC.',
      '- **R1** The tool MUST ask the directly responsible individual (DRI), and the DRI ONLY.',
      '- **R1** The tool MUST read UTF-8 and `DRI`.',
      '- **R1** The tool MUST read OFFBOARD_CHANNEL.',
      '- **FR-001**: WHEN a file exists THEN the tool SHALL do as FR-001 says.',
      '- **R1** The Leaver MUST go.\n- **R2** The bot MUST greet the Leaver.',
    ],
  },
  'requirement/dangling-id': {
    bad: [
      ['- **R1** The bot MUST post, except as R9 says.', 'R9'],
      ['- **R1** The bot MUST post, except as FR-002 says.', 'FR-002'],
    ],
    good: [
      '- **R1** The bot MUST post, except as R2 says.\n- **R2** The bot MUST stop.',
      '- **R1** The bot MUST print `R9` as R2D2 does.',
      '- The bot MUST store R9 on disk.',
      '### R1 Group\n- **R1.1** The bot MUST do what R1 says.',
    ],
  },
  'wording/missing-unit': {
    bad: [
      ['- **R1** The client MUST give up after 30.', '30'],
      ['- **R1** The client MUST answer within 2.5, or stop.', '2.5'],
      ['- **R1** The client MUST wait at least 5 before the next try.', '5'],
      ['- **R1** The client MUST have a timeout of 10.', '10'],
    ],
    good: [
      '- **R1** The client MUST give up after 30 s.',
      '- **R1** The client MUST give up after 3 failures.',
      '- **R1** The client MUST exit with 2.',
      '- **R1** The client MUST refuse dates after 2024.',
      '- **R1** The client MUST need a version after 1.2.3.',
      '- **R1** The client MUST send again, at most 5 times.',
      '- **R1** The client MUST stop within 5\n  minutes.',
    ],
  },
  'requirement/contradictory-modality': {
    bad: [
      ['- **R1** The tool MUST sort the entries, and SHOULD do so by date.', 'SHOULD'],
      ['- **R1** The tool MUST log each call.\n- **R2** The tool MUST NOT log each call.', 'MUST NOT'],
      ['- **R1** The tool MUST log each call.\n- **R2** The tool **MAY** log each call', 'MAY'],
    ],
    good: [
      '- **R1** The tool MUST sort the entries.\n- **R2** The tool SHOULD sort the entries by date.',
      '- **R1** The tool MUST log each call.\n- **R2** The tool MUST log each error.',
    ],
  },
};

describe('lint rules', () => {
  for (const [rule, { bad, good }] of Object.entries(cases)) {
    describe(rule, () => {
      for (const [requirements, marked] of bad) {
        it(`finds ${JSON.stringify(requirements)}`, () => {
          const { findings, text } = lint(requirements);
          const found = findings.filter((finding) => finding.rule === rule);
          assert.deepEqual(
            found.map(({ range }) => textAt(text, range)),
            [marked],
          );
        });
      }
      for (const requirements of good) {
        it(`says nothing about ${JSON.stringify(requirements)}`, () => {
          const { findings } = lint(requirements);
          assert.deepEqual(
            findings.filter((finding) => finding.rule === rule),
            [],
          );
        });
      }
    });
  }

  it('show examples that they would find and examples without a finding', () => {
    const about = (text: string, rule: string) => {
      const spec = text.startsWith('---') || text.includes('# ') ? text : `# Bot\n## Requirements\n${text}`;
      const withTwins =
        rule === 'external-call/no-error-behaviour' ? `---\ntwins: [slack]\n---\n${spec}` : spec;
      const context =
        rule === 'coverage/no-holdout' && text.includes('with no') ? { scenariosCovering: {} } : {};
      return lintSpec(parseSpec(withTwins, 'bot.spec.md').spec, context, {}).filter(
        (finding) => finding.rule === rule,
      ).length;
    };
    for (const { id, bad, good } of lintRules) {
      if (id === 'glossary/undefined-term') continue; // its good example is the glossary alone
      assert.ok(about(bad, id) > 0, `${id}: the bad example`);
      assert.equal(about(good, id), 0, `${id}: the good example`);
    }
  });
});

describe('undefined terms', () => {
  const before = '## Glossary\n- **Channel**: where messages go.\n';
  const requirements =
    '- **R1** The bot MUST greet the Leaver in the Channel.\n- **R2** The bot MUST mail every Leaver on the Sunday in the Morning.';

  it('are capitalised things that several requirements use, where a glossary exists', () => {
    const { findings, text } = lint(requirements, { before });
    assert.deepEqual(
      findings.map(({ rule, range }) => [rule, textAt(text, range)]),
      [['glossary/undefined-term', 'Leaver']],
    );
  });

  it('can be added to the glossary', () => {
    const { findings, text } = lint(requirements, { before });
    const mended = applied(text, findings[0]?.fix ?? assert.fail());
    const { spec } = parseSpec(mended, 'bot.spec.md');
    assert.deepEqual(spec.glossary, { Channel: 'where messages go.', Leaver: '' });
    assert.deepEqual(lintSpec(spec, {}, {}), []);
  });
});

describe('external calls', () => {
  const rule = 'external-call/no-error-behaviour';
  const found = (requirements: string, frontMatter = 'twins: [slack, okta]') => {
    const { findings, text } = lint(requirements, { frontMatter });
    return findings.filter((finding) => finding.rule === rule).map(({ range }) => textAt(text, range));
  };

  it('need a requirement about what happens when the service fails', () => {
    assert.deepEqual(found('- **R1** The bot MUST post to Slack.\n- **R2** The bot MUST start.'), [
      'okta',
      'R1',
    ]);
  });

  it('are satisfied by the service by name, or by any call', () => {
    const post = '- **R1** The bot MUST ask Okta and post to Slack.\n';
    assert.deepEqual(found(`${post}- **R2** If Slack answers \`ratelimited\`, the bot MUST wait.`), []);
    assert.deepEqual(found(`${post}- **R2** If a call fails, the bot MUST exit with 1.`), []);
    assert.deepEqual(found(`${post}- **R2** When Slack is down, the bot MUST wait.`), ['R1']);
    assert.deepEqual(found(`${post}- **R2** If the file is broken, the bot MUST exit.`), ['R1', 'R1']);
  });

  it('are nothing to a spec without twins', () => {
    assert.deepEqual(found('- **R1** The tool MUST sort.', 'factory: 1'), []);
  });
});

describe('undeclared twins', () => {
  const declare = (requirements: string, frontMatter: string) => {
    const { findings, text } = lint(requirements, { frontMatter });
    const fix = findings.find(({ rule }) => rule === 'twin/undeclared')?.fix;
    return fix && parseSpec(applied(text, fix), 'bot.spec.md');
  };
  const post = '- **R1** The bot MUST post to Slack.';

  for (const [frontMatter, twins] of [
    ['', ['slack']],
    ['factory: 1', ['slack']],
    ['twins: []', ['slack']],
    ['twins: [okta]', ['okta', 'slack']],
    ['twins:\n  - okta # people\n  - jira\nfactory: 1', ['okta', 'jira', 'slack']],
  ] as const) {
    it(`can be declared in ${JSON.stringify(frontMatter)}`, () => {
      const mended = declare(post, frontMatter);
      assert.deepEqual(mended?.findings, []);
      assert.deepEqual(mended.spec.twins, twins);
    });
  }

  it('are no matter where the service is not used', () => {
    assert.equal(declare(post, 'twins: [slack]'), undefined);
    assert.equal(declare('- **R1** The bot MUST NOT post to Slack.', ''), undefined);
    assert.equal(declare('- **R1** The tool MUST print `slack`.', ''), undefined);
    assert.equal(declare(post, 'twins: [slack'), undefined, 'broken front matter says nothing about twins');
  });

  it('are reported once a service', () => {
    const { findings } = lint(`${post}\n- **R2** The bot MUST ask Slack.`);
    assert.equal(findings.filter(({ rule }) => rule === 'twin/undeclared').length, 1);
  });
});

describe('lintSpec', () => {
  const uncovered = '- **R1** The bot MUST a.\n- **R2** The bot SHOULD b.\n- **R3** The bot MAY c.';

  it('knows about coverage only when it is told', () => {
    assert.deepEqual(lint(uncovered).findings, []);
    const { findings, text } = lint(uncovered, { context: { scenariosCovering: { R1: 2 } } });
    assert.deepEqual(
      findings.map(({ rule, severity, range }) => [rule, severity, textAt(text, range)]),
      [['coverage/no-holdout', 'info', 'R2']],
    );
  });

  it('takes severities from the settings', () => {
    const quick = '- **R1** The bot MUST answer quickly.';
    const severityWith = (setting: 'off' | 'error' | 'info') =>
      lint(quick, { settings: { 'wording/vague': setting } }).findings.map(({ severity }) => severity);
    assert.deepEqual(severityWith('off'), []);
    assert.deepEqual(severityWith('error'), ['error']);
    assert.deepEqual(severityWith('info'), ['info']);
    assert.deepEqual(
      lint(quick).findings.map(({ severity }) => severity),
      ['warning'],
    );
  });

  it('answers in the order of the text', () => {
    const { findings } = lint(
      '- **R1** It MUST be fast within 5.\n- **R2** The bot MUST tell the DRI quickly.',
    );
    const places = findings.map(({ range }) => range.startLine * 1000 + range.startColumn);
    assert.ok(findings.length >= 4);
    assert.deepEqual(
      places,
      places.toSorted((a, b) => a - b),
    );
  });

  it('reads a spec that came from elsewhere', () => {
    const { spec } = parseSpec('# Bot\n## Requirements\n- **R1** The bot MUST be fast.\n', 'bot.spec.md');
    assert.deepEqual(lintSpec(structuredClone(spec), {}, {}), lintSpec(spec, {}, {}));
  });

  it('finds nothing in a new spec', () => {
    const { spec, findings } = parseSpec(newSpecText('Greeter'), 'greeter.spec.md');
    assert.deepEqual([...findings, ...lintSpec(spec, {}, {})], []);
  });
});
