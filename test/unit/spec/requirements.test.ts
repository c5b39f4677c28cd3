import assert from 'node:assert/strict';
import { parseSpec } from '../../../src/spec/parse';
import { applied, textAt } from './specs';

const requirementsOf = (text: string, path = 'bot.spec.md') =>
  parseSpec(text, path).spec.requirements.map(({ id, modality, text: said }) => [id, modality, said]);

const problemsOf = (text: string, path = 'bot.spec.md') =>
  parseSpec(text, path).findings.map(({ rule, range }) => [rule, textAt(text, range)]);

describe('requirements of a spec', () => {
  it('are items with an id, a modality, and examples below', () => {
    const text = `# Offboarding bot
One paragraph: who uses it,
for what.

## Glossary
- **Leaver**: a user whose status became \`DEPROVISIONED\`.
- Channel — where messages go.

## Requirements
- **R1** When a leaver is found, the bot MUST post one
  message to \`OFFBOARD_CHANNEL\`.
- **R2** The bot SHOULD wait \`Retry-After\` seconds:
  - at most 5 times;
  - Example: three 429 answers, then 200.
  - **Example:** five answers:
    \`\`\`
    429
    \`\`\`
- **R3** The bot MAY log.

  Examples:

  - one line
  - two lines

## Assumptions
- Slack is there.

## Out of scope
- **R9** The bot MUST NOT be counted here.
`;
    const { spec, findings } = parseSpec(text, 'specs/offboarding.spec.md');
    assert.deepEqual(findings, []);
    assert.equal(spec.title, 'Offboarding bot');
    assert.equal(spec.summary, 'One paragraph: who uses it, for what.');
    assert.deepEqual(spec.glossary, {
      Leaver: 'a user whose status became `DEPROVISIONED`.',
      Channel: 'where messages go.',
    });
    assert.deepEqual(spec.assumptions, ['Slack is there.']);
    assert.deepEqual(
      spec.requirements.map(({ id, modality, text: said, examples }) => ({ id, modality, said, examples })),
      [
        {
          id: 'R1',
          modality: 'MUST',
          said: 'When a leaver is found, the bot MUST post one message to `OFFBOARD_CHANNEL`.',
          examples: [],
        },
        {
          id: 'R2',
          modality: 'SHOULD',
          said: 'The bot SHOULD wait `Retry-After` seconds:\n- at most 5 times;',
          examples: ['three 429 answers, then 200.', 'five answers:\n```\n429\n```'],
        },
        { id: 'R3', modality: 'MAY', said: 'The bot MAY log.', examples: ['one line', 'two lines'] },
      ],
    );
    assert.deepEqual(spec.requirements[0]?.range, {
      startLine: 10,
      startColumn: 2,
      endLine: 11,
      endColumn: 32,
    });
    assert.match(textAt(text, spec.requirements[1]?.range ?? assert.fail()), /^\*\*R2\*\*[^]*```$/);
  });

  const ways: [source: string, id: string, said: string][] = [
    ['- **R1** The bot MUST a.', 'R1', 'The bot MUST a.'],
    ['- **FR-001**: The bot MUST a.', 'FR-001', 'The bot MUST a.'],
    ['- **REQ-12:** The bot MUST a.', 'REQ-12', 'The bot MUST a.'],
    ['- AC-3: The bot MUST a.', 'AC-3', 'The bot MUST a.'],
    ['- R1 The bot MUST a.', 'R1', 'The bot MUST a.'],
    ['- [R1.2] The bot MUST a.', 'R1.2', 'The bot MUST a.'],
    ['- `R1` The bot MUST a.', 'R1', 'The bot MUST a.'],
    ['- **R1 — Starting**: the bot MUST a.', 'R1', 'Starting: the bot MUST a.'],
    ['- [ ] **R1** The bot MUST a.', 'R1', 'The bot MUST a.'],
    ['* US7: The bot MUST a.', 'US7', 'The bot MUST a.'],
    ['1. **R1** The bot MUST a.', 'R1', 'The bot MUST a.'],
    ['**R1** The bot\nMUST a.', 'R1', 'The bot MUST a.'],
    ['### R1 Starting\nThe bot MUST a.', 'R1', 'Starting\nThe bot MUST a.'],
    ['| id | what |\n|---|---|\n| R1 | The bot MUST a. |', 'R1', 'The bot MUST a.'],
  ];
  for (const [source, id, said] of ways) {
    it(`may be written ${JSON.stringify(source)}`, () => {
      assert.deepEqual(requirementsOf(`# Bot\n## Requirements\n${source}\n`), [[id, 'MUST', said]]);
    });
  }

  it('may have requirements below, each with an id of its own', () => {
    const text = '# Bot\n## Requirements\n- **R1** The bot MUST a.\n  - **R1.1** The bot MUST b.\n';
    assert.deepEqual(requirementsOf(text), [
      ['R1', 'MUST', 'The bot MUST a.'],
      ['R1.1', 'MUST', 'The bot MUST b.'],
    ]);
  });

  it('are not made of standards, references and descriptions', () => {
    const text = `# Bot
## Requirements
- **R1** The bot MUST a.
- **UTF-8** is the encoding.
### Key entities
- **Album**: a group of photos
## Traceability
- R1: see the first page
## Interfaces
- **R1** is the command \`bot\`.
`;
    assert.deepEqual(requirementsOf(text), [['R1', 'MUST', 'The bot MUST a.']]);
  });

  it('with an id and a modal word count outside of the list, too', () => {
    const text = '# Bot\n## Requirements\n- **R1** The bot MUST a.\n## Speed\n- **NFR-1** The bot MUST b.\n';
    assert.deepEqual(
      requirementsOf(text).map(([id]) => id),
      ['R1', 'NFR-1'],
    );
  });

  const modalities: [said: string, modality: string][] = [
    ['The bot SHALL a.', 'MUST'],
    ['The bot MUST NOT a.', 'MUST'],
    ['The bot is RECOMMENDED to a.', 'SHOULD'],
    ['The bot should a.', 'SHOULD'],
    ['The bot may a, which it must.', 'MAY'],
    ['The bot prints `MAY` and SHOULD a.', 'SHOULD'],
    ['The bot prints "you MAY go".', 'MUST'],
    ['WHEN x THEN the system shall a', 'MUST'],
    ['The bot starts.', 'MUST'],
  ];
  for (const [said, modality] of modalities) {
    it(`of the text ${JSON.stringify(said)} is a ${modality}`, () => {
      assert.equal(requirementsOf(`# Bot\n## Requirements\n- **R1** ${said}\n`)[0]?.[1], modality);
    });
  }
});

describe("other people's specs", () => {
  it("of spec-kit have the functional requirements' ids", () => {
    const text = `# Feature Specification: Albums

## User Scenarios & Testing *(mandatory)*
### User Story 1 - Create an album (Priority: P1)
1. **Given** no albums, **When** the user creates one, **Then** it must be shown
### Edge Cases
- What happens when the disk is full?

## Requirements *(mandatory)*
### Functional Requirements
- **FR-001**: System MUST allow users to create albums
- **FR-002**: System SHOULD keep them

### Key Entities *(include if feature involves data)*
- **Album**: a group of photos

## Success Criteria *(mandatory)*
- **SC-001**: Users can create an album in under 2 minutes
`;
    const { spec, findings } = parseSpec(text, 'specs/001-albums/spec.md');
    assert.deepEqual(findings, []);
    assert.deepEqual(
      spec.requirements.map(({ id, modality }) => [id, modality]),
      [
        ['FR-001', 'MUST'],
        ['FR-002', 'SHOULD'],
      ],
    );
  });

  it('of Kiro have criteria numbered within their requirement', () => {
    const text = `# Requirements Document
## Introduction
The system must be nice.
## Requirements
### Requirement 1: Login
**User Story:** As a user, I want to log in.
#### Acceptance Criteria
1. WHEN a user submits valid credentials THEN the system SHALL create a session
2. IF they are wrong THEN the system SHALL answer 401
### Requirement 2
The system SHALL log every login.
`;
    assert.deepEqual(requirementsOf(text, 'requirements.md'), [
      ['R1.1', 'MUST', 'WHEN a user submits valid credentials THEN the system SHALL create a session'],
      ['R1.2', 'MUST', 'IF they are wrong THEN the system SHALL answer 401'],
      ['R2', 'MUST', 'The system SHALL log every login.'],
    ]);
  });

  it('of OpenSpec are named after their heading, with scenarios as examples', () => {
    const text = `# auth Specification
## Purpose
Authenticate.
## Requirements
### Requirement: User Authentication
The system SHALL issue a token.

#### Scenario: Valid credentials
- **WHEN** a user submits valid credentials
- **THEN** a token is returned

### Requirement: Session Expiration
The system MAY expire sessions.
`;
    const { spec, findings } = parseSpec(text, 'openspec/specs/auth/spec.md');
    assert.deepEqual(findings, []);
    assert.deepEqual(
      spec.requirements.map(({ id, modality, examples }) => [id, modality, examples]),
      [
        [
          'user-authentication',
          'MUST',
          ['Valid credentials\n- **WHEN** a user submits valid credentials\n- **THEN** a token is returned'],
        ],
        ['session-expiration', 'MAY', []],
      ],
    );
  });

  it('with plain lists get ids from their headings that do not depend on other sections or wording', () => {
    const before = '# Tool\n## Requirements\n### Listing\n- Entries are sorted\n- Empty lists are fine\n';
    const after =
      '# Tool\n## Requirements\n### Adding\n- It works\n### Listing\n- Entries are ordered\n- Empty lists are fine\n';
    const listing = (text: string) =>
      requirementsOf(text, 'SPEC.md').flatMap(([id = '']) => (id.includes('listing') ? [id] : []));
    assert.deepEqual(listing(before), ['requirements-listing-1', 'requirements-listing-2']);
    assert.deepEqual(listing(after), listing(before));
  });

  it('without a section of requirements have those that are worded as such', () => {
    const text =
      '# Tool\nIt must work.\n## Features\n- The tool must add\n- Blue\n- Output should be sorted\n';
    assert.deepEqual(
      requirementsOf(text, 'SPEC.md').map(([id, modality]) => [id, modality]),
      [
        ['features-1', 'MUST'],
        ['features-2', 'SHOULD'],
      ],
    );
  });
});

describe('format of a spec', () => {
  it('has something in it', () => {
    assert.deepEqual(problemsOf(''), [['spec/empty', '']]);
    assert.deepEqual(problemsOf(' \n\n'), [['spec/empty', '']]);
  });

  it('has requirements', () => {
    const prose = '# Bot\n\n## Requirements\nIt must work.\n';
    assert.deepEqual(problemsOf(prose), [['spec/no-requirements', '## Requirements']]);
    assert.deepEqual(problemsOf('# Bot\nIt works.\n'), [['spec/no-requirements', '# Bot']]);
    assert.deepEqual(problemsOf('It works.'), [['spec/no-requirements', 'It works.']]);
  });

  it('has each id once', () => {
    const text = '# Bot\n## Requirements\n- **FR-009** The bot MUST a.\n- **FR-009** The bot MUST b.\n';
    const [finding, ...others] = parseSpec(text, 'bot.spec.md').findings;
    assert.deepEqual(others, []);
    assert.equal(finding?.rule, 'requirement/duplicate-id');
    assert.equal(finding.message, 'FR-009 is already the requirement of line 3.');
    assert.equal(finding.range.startLine, 4);
    assert.equal(textAt(text, finding.range), 'FR-009');
    const mended = applied(text, finding.fix ?? assert.fail());
    assert.deepEqual(
      requirementsOf(mended).map(([id]) => id),
      ['FR-009', 'FR-010'],
    );
  });

  it('offers a different new id for each repetition', () => {
    const text =
      '# Bot\n## Requirements\n- **R1** The bot MUST a.\n- **R1** The bot MUST b.\n- **R1** The bot MUST c.\n';
    const mended = parseSpec(text, 'bot.spec.md').findings.reduce(
      (done, { fix }) => applied(done, fix ?? assert.fail()),
      text,
    );
    assert.deepEqual(
      requirementsOf(mended).map(([id]) => id),
      ['R1', 'R2', 'R3'],
    );
  });

  it('has an id for every requirement when it has ids', () => {
    const text =
      '# Bot\n## Requirements\n- **R1** The bot MUST a.\n- The bot MUST b.\n- The bot MUST c.\n- Note.\n';
    const { findings } = parseSpec(text, 'bot.spec.md');
    assert.deepEqual(
      findings.map(({ rule, range }) => [rule, textAt(text, range)]),
      [
        ['requirement/missing-id', 'The bot MUST b.'],
        ['requirement/missing-id', 'The bot MUST c.'],
      ],
    );
    const mended = findings.reduce((done, { fix }) => applied(done, fix ?? assert.fail()), text);
    assert.deepEqual(
      requirementsOf(mended).map(([id]) => id),
      ['R1', 'R2', 'R3'],
    );
    assert.deepEqual(problemsOf(text, 'specs/001/spec.md'), []);
  });

  it('has a statement behind every id', () => {
    const text = '# Bot\n## Requirements\n- **R1**\n- **R2** The bot MUST a.\n';
    assert.deepEqual(problemsOf(text), [['requirement/empty', 'R1']]);
  });

  it('is read whatever the text is', () => {
    const snippets = [
      '---',
      '\n',
      '- ',
      '**R1**',
      'MUST',
      '`',
      '```',
      '# ',
      '|',
      '\r',
      '\t',
      '{{',
      '[',
      '"',
      ': ',
      '>',
      '\u0000',
      '😀',
      '<',
      '&a',
      '*a',
    ];
    let state = 7;
    const next = () => (state = (state * 48271) % 2147483647);
    for (let round = 0; round < 300; round++) {
      const text = Array.from({ length: 40 }, () => snippets[next() % snippets.length]).join('');
      const yaml = round % 2 === 0 ? text : `---\n${text}\n---\n- **R1** The bot MUST a.`;
      for (const finding of parseSpec(yaml, 'any.spec.md').findings) {
        assert.ok(finding.range.startLine >= 1 && finding.range.startColumn >= 0, JSON.stringify(yaml));
      }
    }
  });
});
