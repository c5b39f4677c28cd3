// A host of its own for the test that kills one: starts a judge on a scenario that takes long, says so and waits.
// usage: node courtHost.js OPTIONS, as JSON
import { type JudgeOptions, startJudge } from '../../../src/holdouts/judgeProcess';
import type { Bench } from '../../../src/holdouts/types';

interface Options extends Omit<JudgeOptions, 'vault'> {
  vault: { dir: string; workspaceId: string };
  key: string;
  scenario: string;
  bench: Bench;
}

async function main({ vault, key, scenario, bench, ...options }: Options) {
  const judge = await startJudge({ ...options, vault: { ...vault, key: Buffer.from(key, 'hex') } });
  console.log(String(judge.pid));
  await judge.judge(scenario, bench);
}

void main(JSON.parse(process.argv[2] ?? '') as Options);
