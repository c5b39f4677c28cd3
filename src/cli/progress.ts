import path from 'node:path';
import type { RunHandle } from '../factory/types';
import type { AnyEvent } from '../shared/events';
import { emptyRun, applyEvent } from '../shared/reduce';
import { totalTokens, type RunState } from '../shared/runState';
import { visibleLine } from '../shared/visible';
import { exposureLine } from '../shared/exposureLine';
import { hiddenLine, shownEvent, talliesOf, tallyLine } from '../shared/shownVerdicts';

/** A requirement's text takes one line of a terminal. */
const titleCharacters = 90;

/** Shows a run on standard output as it happens: one line a thing people care about, or every event as JSON. */
export function showProgress(handle: RunHandle, json: boolean): { end(): void } {
  const state = emptyRun();
  const started = Date.now();

  handle.follow((events) => {
    for (const event of events) {
      applyEvent(state, event);
      if (json) process.stdout.write(`${JSON.stringify(shownEvent(state, event))}\n`);
      else
        for (const line of linesOf(event, state))
          process.stdout.write(`${clock(started)}  ${visibleLine(line)}\n`);
    }
  });
  return {
    end() {
      if (!json) process.stdout.write(`\n${summary(state, handle.dir).map(visibleLine).join('\n')}\n`);
    },
  };
}

function clock(started: number): string {
  const seconds = Math.floor((Date.now() - started) / 1000);
  return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`;
}

/** What a person is told of an event, which `state` has taken in; most are only for the timeline. */
function linesOf(event: AnyEvent, state: RunState): string[] {
  switch (event.type) {
    case 'run.created':
      return [
        `run ${event.data.run}: ${event.data.spec.title} (${event.data.requirements.length} requirements, ${event.data.holdouts} hidden scenarios)`,
      ];
    case 'run.resumed':
      return ['resumed'];
    case 'stage.started':
      return [`▸ ${event.data.stage}${(event.data.round ?? 1) > 1 ? ` (round ${event.data.round})` : ''}`];
    case 'stage.finished':
      return [`✓ ${event.data.stage}: ${event.data.note}`];
    case 'intake.finding':
      return [`  ${event.data.severity} line ${event.data.line}: ${event.data.message}`];
    case 'intake.environment': {
      const { toolchains, registries } = event.data;
      return [
        ...(toolchains.length > 0 ? [`  toolchains: ${toolchains.join(', ')}`] : []),
        ...(registries.length > 0 ? [`  registries for setup: ${registries.join(', ')}`] : []),
      ];
    }
    case 'plan.refused':
      return [`  plan refused: ${event.data.reasons[0] ?? ''}`];
    case 'task.started':
      return [`  ${event.data.task} ${event.data.role}: ${event.data.title}`];
    case 'task.finished':
      return [
        `  ${event.data.task} ${event.data.ok ? 'done' : 'not done'}: ${event.data.files.length} files`,
      ];
    case 'agent.started':
      return event.data.role === 'debugger' ? [`  ${event.data.agent} starts`] : [];
    case 'chat.attempt':
      return event.data.note === 'answered' ? [] : [`  ${event.data.agent}: ${event.data.note}`];
    case 'command.finished':
      return [
        `  ${event.data.name} (${event.data.command}): ${event.data.timedOut ? 'stopped, too long' : `exit ${event.data.exit ?? 'by a signal'}`}`,
      ];
    case 'governed.restored':
      return [`  ${event.data.agent} changed governed files, undone: ${event.data.paths.join(', ')}`];
    case 'rule.proposed':
      return [`  ${event.data.agent} proposes for CLAUDE.md: ${event.data.rule}`];
    case 'network.refused':
      return [`  ${event.data.where} was kept from ${event.data.target}`];
    case 'limit.reached':
      return [`  ${event.data.where}: commands were ended, ${event.data.reason}`];
    case 'validate.verdict':
      return talliesOf(state)
        .slice(-1)
        .filter(({ passed }) => passed !== null)
        .map((tally) => `  ${tallyLine(tally)}`);
    case 'validate.told':
      return [
        `  told the debugger: ${event.data.told} (${event.data.bits.toFixed(1)} bits, ${event.data.left.toFixed(1)} left)`,
      ];
    case 'exposure.found':
      return [`  exposed: ${exposureLine(event.data)}`];
    case 'gate.waiting':
      return [`  waiting for a person: ${event.data.reason}`];
    case 'run.finished':
      return [`${event.data.outcome}: ${event.data.reason}`];
    default:
      return [];
  }
}

function shortened(title: string): string {
  return title.length > titleCharacters ? `${title.slice(0, titleCharacters - 1)}…` : title;
}

/** The end of a run: requirements, verdicts, cost and where everything is. */
function summary(state: RunState, dir: string): string[] {
  const mark = { open: '·', pass: '✓', fail: '✗' } as const;
  const lines = ['Requirements   done · tests · hidden'];
  for (const { id, done, test, hidden, title } of state.requirements) {
    lines.push(`  ${id.padEnd(8)} ${mark[done]} ${mark[test]} ${mark[hidden]}  ${shortened(title)}`);
  }
  lines.push(
    `Holdouts       ${hiddenLine(state)}; ${state.spend.bitsTold.toFixed(1)} bits told`,
    `Cost           $${state.spend.usd.toFixed(2)} by list prices, ${totalTokens(state.spend)} tokens`,
  );
  if (state.branch?.patch) lines.push(`Patch          ${state.branch.patch}`);
  else if (state.branch)
    lines.push(`Branch         ${state.branch.name} (${state.branch.commit.slice(0, 10)})`);
  for (const { path: file, by } of state.branch?.active ?? []) lines.push(`Active         ${file} (${by})`);
  for (const { rule, agent } of state.proposals) lines.push(`Proposed       ${rule} (${agent})`);
  if (state.report) lines.push(`Report         ${path.join(dir, state.report.file)}`);
  lines.push(`Journal        ${path.join(dir, 'journal.jsonl')}`);
  const { outcome, gate } = state;
  if (outcome) lines.push(`Outcome        ${outcome.outcome}: ${outcome.reason}`);
  else if (gate) lines.push(`Waiting        ${gate.reason}`);
  return lines;
}
