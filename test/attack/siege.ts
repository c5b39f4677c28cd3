import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { canaryValue } from '../../src/holdouts/canaries';
import { openVault } from '../../src/holdouts/vault';
import { type ScriptedModel, startScriptedModel } from '../support/scriptedModel';
import { runFolders } from '../support/tinyRun';
import type { Target } from './attack';
import { type Bait, plantBait } from './bait';
import { hostileProgram } from './project';
import { attackScript, waiting, waitingArgv } from './script';
import { type Hit, sweepMemory, walledIn } from './sweep';
import { zoo } from './zoo/zoo';

/** The whole zoo let loose on a factory. */
export interface Siege {
  bait: Bait;
  model: ScriptedModel;
  /** How many scenarios are hidden. */
  scenarios: number;
  /** What the memory of agents' programs held while one of them waited; null when nobody could look. */
  memory: { hits: Hit[]; control: Hit[]; bytes: number; processes: number } | null;
  /** Values that the scenarios' placeholders had, as far as they can be known. */
  canaries: string[];
  end(): Promise<void>;
}

/** Plants bait and starts a model that attacks; the caller runs a factory on them, as a child of this process. */
export async function prepareSiege(uid?: number): Promise<Siege> {
  let failure: unknown;
  const model = await startScriptedModel((request) => {
    const waits = request.agent === waiting.agent && request.turn === waiting.turn;
    if (waits) look(siege).catch((error: unknown) => (failure = error));
    return script(request);
  });
  const bait = await plantBait(Number(new URL(model.baseUrl).port), uid);
  const script = attackScript(zoo(hostileProgram(bait.target)), bait.target);
  const siege: Siege = {
    ...{ bait, model, scenarios: readdirSync(bait.holdouts).length, memory: null, canaries: [] },
    async end() {
      await model.close();
      await bait.close();
      if (failure) throw new Error('Memory could not be looked at.', { cause: failure });
    },
  };
  return siege;
}

/** Reads the memory behind the walls while a command of an agent waits, then lets it go on. */
async function look(siege: Siege): Promise<void> {
  const { bait } = siege;
  let waits: number | undefined;
  while ((waits = processOf(waitingArgv(bait.target))) === undefined) await sleep(20);
  siege.canaries = await canariesOf(bait.target);
  if (process.getuid?.() === 0) {
    const inside = walledIn(process.pid);
    const { hits, bytes } = sweepMemory(inside, [bait.word, bait.secret, ...siege.canaries]);
    const control = sweepMemory(inside, [waiting.mark]).hits;
    siege.memory = { hits, control, bytes, processes: inside.length };
  }
  process.kill(waits);
}

/** The process with exactly these arguments. */
function processOf(argv: readonly string[]): number | undefined {
  const wanted = `${argv.join('\0')}\0`;
  const found = readdirSync('/proc').find((pid) => /^\d+$/.test(pid) && argumentsOf(pid) === wanted);
  return found === undefined ? undefined : Number(found);
}

function argumentsOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // It ended while we looked.
  }
}

/** Values of the placeholders of a terminal's run, whose vault has its key beside it. */
async function canariesOf({ store, otherRun }: Target): Promise<string[]> {
  const dir = runFolders(store).find((folder) => folder !== otherRun);
  if (dir === undefined) return [];
  const key = readFileSync(path.join(dir, 'vault.key'));
  const workspaceId = path.basename(path.resolve(dir, '../..'));
  const vault = await openVault({ dir: path.join(dir, 'vault'), key, workspaceId });
  const opened = await Promise.all(vault.list().map(({ id }) => vault.scenario(id)));
  // The values that `writeScenarios` asks for.
  return opened.map(({ scenario, canarySeed }) =>
    canaryValue(canarySeed, scenario.id === 'honest' ? 'name' : 'token'),
  );
}
