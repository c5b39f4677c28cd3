import assert from 'node:assert/strict';
import type { AnyEvent } from '../../../src/shared/events';
import { VsCode } from '../../support/vscode/page';
import { JournalFile, terminalRunDir } from '../../support/vscode/terminalRun';
import { sampleRun } from '../../webview/sampleRun';

/** The events of a run of the open folder's spec. */
function eventsOf(folder: string): AnyEvent[] {
  const { events } = sampleRun('accepted');
  const [first] = events;
  assert.ok(first?.type === 'run.created');
  first.data.workspace = folder;
  first.data.spec = { path: 'greeter.spec.md', title: 'Greeter' };
  return events;
}

describe('the window', function () {
  this.timeout(120_000);
  let code: VsCode;

  before(async () => {
    code = await VsCode.open();
  });
  after(() => code.close());

  it('says above a spec what it holds, and marks what is wrong in it', async () => {
    await code.openFile('greeter.spec.md');
    await code.lens('▶ Run Factory on Spec · 2 requirements').waitFor();
    await code.shot('spec');
  });

  it('follows a run that a terminal started, from its first event to its outcome', async () => {
    const events = eventsOf(code.folder);
    const half = Math.floor(events.length / 2);
    const journal = new JournalFile(terminalRunDir(code.server.home, 'greeter-7f3a'));
    await code.showViews();
    journal.append(events.slice(0, half));
    await code.row('greeter.spec.md · 7f3a').waitFor();
    await code.row('interrupted').waitFor();
    await code.shot('tree-interrupted');
    journal.append(events.slice(half));
    await code.row('accepted').waitFor();
    await code.shot('tree-accepted');
  });

  it('shows the timeline of a run, and a span of it in the inspector', async () => {
    await code.command('Dark Factory: Show Timeline');
    const timeline = await code.webview('Timeline');
    await timeline.getByText('accepted').first().waitFor();
    await code.shot('timeline');
  });
});
