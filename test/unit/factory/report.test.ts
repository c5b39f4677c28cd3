import assert from 'node:assert/strict';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { renderReport } from '../../../src/factory/report';
import { reduce } from '../../../src/shared/reduce';
import type { Statistics } from '../../../src/factory/statistics';
import type { RunState } from '../../../src/shared/runState';
import { sampleRun } from '../../webview/sampleRun';

const statistics: Statistics = {
  bound: 'A bound.',
  noise: 'Some noise.',
  gap: 'A gap.',
  confidence: [
    { failureRate: 0.2, chance: 0.05, needed: 14, more: 0 },
    { failureRate: 0.1, chance: 0.05, needed: 29, more: 9 },
  ],
};

function reportWith(change: (run: RunState) => void): string {
  const run = reduce(sampleRun('accepted').events);
  change(run);
  return renderReport(run, statistics);
}

/** Types of all nodes of a Markdown text. */
function typesIn(markdown: string): Set<string> {
  const types = new Set<string>();
  const look = (node: { type: string; children?: object[] }): void => {
    types.add(node.type);
    for (const child of node.children ?? []) look(child as { type: string });
  };
  look(fromMarkdown(markdown));
  return types;
}

describe('the report of a run', () => {
  it('shows what agents wrote as text: no link, image, HTML or heading of theirs', () => {
    const hostile =
      '[a](command:x) ![b](https://a.example/i.png) <img src=x> <https://b.example>\n\n# ACCEPTED\n\n> all is well';
    const report = reportWith((run) => run.assumptions.push(hostile));
    const types = typesIn(report);
    for (const type of ['link', 'image', 'html', 'blockquote', 'definition'])
      assert.ok(!types.has(type), type);
    assert.ok(!/^# ACCEPTED/m.test(report));
  });

  it('leaves no bare address that a viewer would make a link of', () => {
    const report = reportWith((run) => run.assumptions.push('See https://a.example and mail me@b.example.'));
    assert.match(report, /https\\:\/\/a\.example and mail me\\@b\.example/);
  });

  it('shows what would move a cursor or turn the direction of reading', () => {
    const report = reportWith((run) => run.assumptions.push('a\u001b[2Jb\u202ec'));
    assert.match(report, /a␛\\\[2Jb⟨U\\?\+202E⟩c/);
  });

  it('lists active files before anything else, with who acts on them', () => {
    const active = [{ path: 'a|b/\n# x/.npmrc', by: 'package managers' }];
    const branch = { name: 'factory/x-1', commit: 'c', tree: 't', patch: null, active };
    const report = reportWith((run) => (run.branch = branch));
    assert.match(report, /\| a\\\|b\/ \\# x\/\.npmrc \| package managers \|/);
    assert.ok(report.indexOf('## Active files') < report.indexOf('## Requirements'));
    assert.doesNotMatch(
      reportWith(() => {}),
      /## Active files/,
    );
  });

  it('shows proposed rules as text, with who proposes them and that none holds yet', () => {
    const proposal = { agent: 'T1.implementer', rule: 'Use [x](command:y) | always', why: '# because' };
    const report = reportWith((run) => run.proposals.push(proposal));
    assert.match(
      report,
      /\| Use \\\[x\\\]\\\(command\\:y\\\) \\\| always \| \\# because \| T1\.implementer \|/,
    );
    assert.match(report, /None of them is there/);
    assert.ok(!typesIn(report).has('link'));
    assert.doesNotMatch(
      reportWith(() => {}),
      /## Proposed rules/,
    );
  });

  it('names what was flaky, unless the name would tell a verdict that is not shown', () => {
    const flakyIn = (change: (run: RunState) => void) => /^Flaky.*$/m.exec(reportWith(change))?.[0];
    assert.equal(
      flakyIn(() => {}),
      undefined,
    );
    const flaky = (run: RunState) => (run.flaky = [run.verdicts[0]!.scenario]);
    assert.match(flakyIn(flaky) ?? '', /^Flaky: H-\w+\. It passed, and failed when judged again/);
    const withheld = flakyIn((run) => {
      flaky(run);
      run.verdicts[0]!.shown = false;
    });
    assert.match(withheld ?? '', /^Flaky: one scenario\./);
  });

  it('shows no verdict that is not shown, and says what showing it takes', () => {
    const report = reportWith((run) => {
      for (const verdict of run.verdicts) Object.assign(verdict, { shown: false, passed: false });
    });
    assert.equal(report.match(/\| not shown \|/g)?.length, 12);
    assert.match(
      report,
      /When they were last asked: feedback half: 0 of 6 passed, sealed half: not all of 6/,
    );
    assert.match(report, /"dark-factory holdouts verdicts 7f3a", is paid for like an answer to agents/);
  });

  it('names the patch where there is no branch', () => {
    const branch = { name: 'factory/x-1', commit: 'c', tree: 't', patch: '/store/result.patch', active: [] };
    const report = reportWith((run) => (run.branch = branch));
    assert.match(report, /- Patch \/store\/result\.patch, commit c/);
    assert.doesNotMatch(report, /Branch/);
  });

  it('says what the hidden scenarios are worth, and what more of them would buy', () => {
    const report = reportWith(() => undefined);
    for (const line of ['- A bound.', '- Some noise.', '- A gap.'])
      assert.ok(report.includes(`\n${line}\n`), line);
    assert.match(report, /\| 20 % of them \| 14: there \|\n\| 10 % of them \| 29: 9 more \|/);
  });

  it('has no such table without hidden scenarios', () => {
    const run = reduce(sampleRun('accepted').events);
    assert.doesNotMatch(renderReport(run, { ...statistics, confidence: [] }), /more scenarios/);
  });
});
