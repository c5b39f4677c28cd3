import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { AnyEvent } from '../../../src/shared/events';
import { firstPrev } from '../../../src/trace/chain';

/** A run's journal written event by event, with the times the events already have. */
export class JournalFile {
  private prev = firstPrev;

  constructor(readonly dir: string) {
    mkdirSync(dir, { recursive: true });
  }

  append(events: readonly AnyEvent[]): void {
    const lines = events.map((event) => {
      const { seq, at, type, span, parent, data } = event;
      const line = JSON.stringify({ seq, at, type, span, parent, data, prev: this.prev });
      this.prev = createHash('sha256').update(line).digest('hex');
      return `${line.slice(0, -1)},"hash":"${this.prev}"}\n`;
    });
    appendFileSync(path.join(this.dir, 'journal.jsonl'), lines.join(''));
  }
}

/** Where a terminal's command line keeps a run of its own, for a home folder. */
export function terminalRunDir(home: string, run: string): string {
  return path.join(home, '.local/share/dark-factory/workspaces/w1/runs', run);
}
