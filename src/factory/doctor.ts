import { existsSync } from 'node:fs';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { areas, type Check, type Finding, runChecks } from '../sandbox/checks';
import { examineWalls } from '../sandbox/doctor';
import { which } from '../sandbox/machine';
import { serviceChecks } from '../sandbox/services';
import { temporaryFolder } from '../sandbox/temporary';
import { resolveToolchains, type Toolchains } from '../sandbox/toolchains';
import { visible } from '../shared/visible';
import { git } from '../workspace/git';

/** Programs that projects are usually made with; one that is missing is only worth knowing. */
const usualPrograms = [
  'node',
  'npm',
  'python3',
  'go',
  'cargo',
  'java',
  'ruby',
  'php',
  'gcc',
  'make',
  'chromium',
];

/** Tries everything that a run needs of this machine, wall by wall. Never throws for what is missing. */
export async function examineMachine(options: {
  /** Folder with the bundled programs. */
  programs: string;
  store: string;
  workspace?: string;
}): Promise<Finding[]> {
  const toolchains = await resolveToolchains(process.env['PATH'] ?? '', path.dirname(options.programs));
  const hidden = {
    'the store': options.store,
    ...(options.workspace === undefined ? {} : { 'the workspace': options.workspace }),
  };
  const walls = await examineWalls({ programs: options.programs, hidden, toolchains });
  const rest = await runChecks([...gitChecks, toolchainCheck], toolchains);
  const services = await runChecks(serviceChecks, undefined);
  return [...walls, ...rest, ...services].sort((a, b) => areas.indexOf(a.area) - areas.indexOf(b.area));
}

/** True when the factory may run on a machine where this was found. */
export function mayRun(findings: readonly Finding[]): boolean {
  return findings.every(({ state }) => state !== 'missing');
}

const marks = { ok: '✓', note: '!', missing: '✗' } as const;

/** What was found as plain text: one line each in aligned columns, and below it what to do. */
export function findingsText(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length)) + 2;
  const indent = ' '.repeat(width + 4);
  const lines = areas.flatMap((area) => {
    const own = findings.filter((finding) => finding.area === area);
    if (own.length === 0) return [];
    const rows = own.flatMap(({ name, state, detail, cure }) => [
      `  ${marks[state]} ${name.padEnd(width)}${visible(detail)}`,
      ...(cure ? [`${indent}→ ${visible(cure)}`] : []),
    ]);
    return [area, ...rows, ''];
  });
  return [...lines, summaryOf(findings), ''].join('\n');
}

function summaryOf(findings: readonly Finding[]): string {
  const missing = findings.filter(({ state }) => state === 'missing');
  if (missing.length > 0) {
    const names = missing.map(({ area, name }) => `${area.toLowerCase()}: ${name}`);
    return `${missing.length} of ${findings.length} are missing (${names.join('; ')}). Mend them before agents run on this machine.`;
  }
  const notes = findings.filter(({ state }) => state === 'note').length;
  return `All ${findings.length} hold${notes > 0 ? `, with ${notes} to know about` : ''}. Agents may run on this machine.`;
}

const gitChecks: readonly Check<Toolchains>[] = [
  {
    ...{ area: 'Machine', name: 'git', cure: 'sudo apt-get install git' },
    attempt: async () => (await git(['--version'])).trim().replace('git version', 'version'),
  },
  {
    area: 'Machine',
    name: 'git on hostile files',
    cure: 'Update git; until then it runs what a repository tells it to.',
    attempt: tryHostileRepositories,
  },
];

/** A repository whose configuration names a program, and a folder that is laid out like a bare one. */
async function tryHostileRepositories(): Promise<string> {
  const folder = temporaryFolder();
  try {
    const marker = path.join(folder, 'ran');
    const program = path.join(folder, 'program');
    await writeFile(program, `#!/bin/sh\n: > '${marker}'\n`);
    await chmod(program, 0o700);
    const config = `[core]\n\tfsmonitor = ${program}\n\thooksPath = ${folder}\n`;
    const workTree = path.join(folder, 'tree');
    const gitDir = path.join(workTree, '.git');
    await git(['init', '-q', workTree]);
    await writeFile(path.join(gitDir, 'config'), config);
    await git(['status', '--porcelain'], { gitDir, workTree });
    const bare = path.join(folder, 'bare');
    for (const name of ['objects', 'refs']) await mkdir(path.join(bare, name), { recursive: true });
    await writeFile(path.join(bare, 'HEAD'), 'ref: refs/heads/main\n');
    await writeFile(path.join(bare, 'config'), `${config}\tbare = true\n`);
    const opened = await git(['rev-parse', '--git-dir'], { cwd: bare }).then(
      () => true,
      () => false,
    );
    if (existsSync(marker)) throw new Error('git ran a program that a repository named');
    if (opened) throw new Error('git takes a folder of files for a repository');
    return 'runs nothing that a repository names, and opens none that is hidden among files';
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const toolchainCheck: Check<Toolchains> = {
  ...{ area: 'Toolchains', name: 'programs', cure: '' },
  attempt(toolchains) {
    const found = usualPrograms.filter((name) => which(name, toolchains.path) !== undefined);
    const mounted = toolchains.mounts.filter(({ host }) => host !== '/dev/null').map(({ host }) => host);
    const from = mounted.length > 0 ? `; mounted for agents: ${mounted.join(', ')}` : '';
    const missed = usualPrograms.filter((name) => !found.includes(name) && which(name) !== undefined);
    if (missed.length === 0) return Promise.resolve(`${found.join(', ')}${from}`);
    return Promise.resolve({
      note: `${found.join(', ')}${from}; on the PATH but out of agents' sight: ${missed.join(', ')}`,
      cure: 'Install what a project needs below /usr, or with a version manager whose folder can be shown.',
    });
  },
};
