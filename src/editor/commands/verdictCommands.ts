import * as vscode from 'vscode';
import { FactoryError } from '../../shared/errors';
import { withheldVerdicts } from '../../shared/shownVerdicts';
import { visibleLine } from '../../shared/visible';
import type { Action, Editor } from '../editor';
import { requireTrust } from '../errors';
import { pickRun } from '../pickers';
import type { RunEntry, Runs } from '../runs';
import { latestVerdict, withholds } from '../verdicts';
import { isHeld } from './holdoutCommands';

/** Which scenarios of a run passed. */
export interface VerdictCommands {
  /** Shows verdicts of a run, or the one of a scenario, after the person saw what that costs. */
  showVerdicts: Action;
}

const title = 'Show Hidden Verdicts';

export function createVerdictCommands({ runs, core }: Editor): VerdictCommands {
  return {
    async showVerdicts(argument) {
      requireTrust();
      const { run, scenarios } = isHeld(argument)
        ? ofScenario(runs, argument.folder.uri.fsPath, argument.scenario.id)
        : await pickVerdicts(
            await pickRun(runs, argument, {
              title,
              fits: withholds,
              none: 'No run of the open folder has verdicts that are not shown.',
            }),
          );
      const { price } = await (await core()).verdictPrice(run.dir, scenarios);
      const many =
        scenarios.length === 1 ? '1 hidden verdict' : `${String(scenarios.length)} hidden verdicts`;
      const show = 'Pay and Show';
      const detail = { modal: true, detail: price };
      if ((await vscode.window.showWarningMessage(`Show ${many}?`, detail, show)) !== show) {
        throw new vscode.CancellationError();
      }
      await (await core()).showVerdicts(run.dir, scenarios);
    },
  };
}

interface Wanted {
  run: RunEntry;
  scenarios: string[];
}

/** @throws FactoryError when nothing of it is hidden */
function ofScenario(runs: Runs, folder: string, scenario: string): Wanted {
  const latest = latestVerdict(runs, folder, scenario);
  if (latest && !latest.verdict.shown) return { run: latest.run, scenarios: [scenario] };
  throw new FactoryError('bad-input', `${scenario} has no verdict that is not shown.`, {
    hint: 'The Holdouts view shows what is known of it.',
  });
}

async function pickVerdicts(run: RunEntry): Promise<Wanted> {
  const withheld = withheldVerdicts(run.state);
  const picked = await vscode.window.showQuickPick(
    withheld.map(({ scenario, covers, half }) => ({
      label: scenario,
      description: visibleLine(`${covers.join(' ')} · ${half ?? ''}`),
    })),
    { title, placeHolder: 'Which ones? Each is paid for.', canPickMany: true },
  );
  if (!picked || picked.length === 0) throw new vscode.CancellationError();
  return { run, scenarios: picked.map(({ label }) => label) };
}
