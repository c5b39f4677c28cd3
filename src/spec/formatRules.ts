import type { RuleDoc } from './rules/rule';

/** Rules of the format itself. They are always errors, because a run could not know what is meant. */
export const formatRules: readonly RuleDoc[] = [
  {
    id: 'spec/empty',
    severity: 'error',
    title: 'The spec is empty',
    explanation: 'A spec needs a title, a paragraph about who uses the program for what, and requirements.',
    bad: '(an empty file)',
    good: '# Offboarding bot\nTells a channel who has left.\n\n## Requirements\n- **R1** When a leaver is found, the bot MUST post one message.',
  },
  {
    id: 'spec/no-requirements',
    severity: 'error',
    title: 'The spec has no requirements',
    explanation:
      'Requirements are what a run plans, builds and is judged by. They are items of a list, rows of a table or headings, best with an id each; prose is background.',
    bad: '## Requirements\nIt has to post messages.',
    good: '## Requirements\n- **R1** When a leaver is found, the bot MUST post one message.',
  },
  {
    id: 'front-matter/syntax',
    severity: 'error',
    title: 'The front matter is not valid YAML',
    explanation:
      'Values with `: `, ` #`, `{` or `"` in them need quotes, and so do placeholders. The block begins and ends with a line of three dashes.',
    bad: '---\nenv: { SLACK_API_URL: {{twin.slack.url}} }\n---',
    good: '---\nenv: { SLACK_API_URL: "{{twin.slack.url}}" }\n---',
  },
  {
    id: 'front-matter/unknown-key',
    severity: 'error',
    title: 'A key that the format does not have',
    explanation: 'A misspelt key would be a wish that nobody hears.',
    bad: '---\ncommands: { tset: npm test }\n---',
    good: '---\ncommands: { test: npm test }\n---',
    fix: 'Renames the key to the one that was probably meant.',
  },
  {
    id: 'front-matter/invalid-value',
    severity: 'error',
    title: 'A value of the wrong kind',
    explanation:
      'Commands are one line of text, the program is a list of words, `env` is a map of text. Nothing is guessed: `1.10` stays the text `1.10`.',
    bad: '---\ncommands: { program: node dist/cli.js }\n---',
    good: '---\ncommands: { program: [node, dist/cli.js] }\n---',
  },
  {
    id: 'front-matter/unknown-placeholder',
    severity: 'error',
    title: 'A placeholder that stands for nothing',
    explanation:
      'Known are `{{port}}`, `{{root}}`, `{{tmp}}`, `{{base}}`, `{{program}}`, and `{{twin.<name>.*}}` and `{{service.<name>.url}}` for the twins and services that the spec declares. `\\{{` stands for the braces themselves.',
    bad: '---\nenv: { SLACK_API_URL: "{{twin.slak.url}}" }\ntwins: [slack]\n---',
    good: '---\nenv: { SLACK_API_URL: "{{twin.slack.url}}" }\ntwins: [slack]\n---',
  },
  {
    id: 'requirement/missing-id',
    severity: 'error',
    title: 'A requirement without an id among others that have one',
    explanation:
      'Plans, scenarios and verdicts speak of requirements by id. A list without any ids is fine: its items are then named after their heading.',
    bad: '- **R1** The bot MUST post one message.\n- The bot MUST close the ticket.',
    good: '- **R1** The bot MUST post one message.\n- **R2** The bot MUST close the ticket.',
    fix: 'Gives it the next free id.',
  },
  {
    id: 'requirement/duplicate-id',
    severity: 'error',
    title: 'Two requirements with the same id',
    explanation: 'A scenario that covers the id could mean either, and so could a verdict.',
    bad: '- **R1** The bot MUST post one message.\n- **R1** The bot MUST close the ticket.',
    good: '- **R1** The bot MUST post one message.\n- **R2** The bot MUST close the ticket.',
    fix: 'Renumbers the second one to the next free id.',
  },
  {
    id: 'requirement/empty',
    severity: 'error',
    title: 'A requirement that says nothing',
    explanation: 'Something was begun here and not finished.',
    bad: '- **R1**',
    good: '- **R1** When a leaver is found, the bot MUST post one message.',
  },
];
