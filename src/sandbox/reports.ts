import { SaxesParser } from 'saxes';
import type { ReportedCase, ReportFormat } from './probeProtocol';

/**
 * The cases a test run reported, in order and with repetitions.
 * @throws Error when the report is not well formed, or says itself that it is not whole
 */
export function readReport(format: ReportFormat, text: string): ReportedCase[] {
  return readers[format](text);
}

const readers: Record<ReportFormat, (text: string) => ReportedCase[]> = {
  tap: readTap,
  junit: readJunit,
  'json-lines': readJsonLines,
};

const point = /^( *)(not )?ok\b(?: +\d+)?(?: +-)? *(.*?)(?: +# *(skip|todo)\b.*)?$/i;
const planned = /^( *)1\.\.(\d+)/;

/**
 * Test Anything Protocol, 12 to 14. A case is a test point without points below it; its id is its description, behind
 * those of the subtests it is in (`outer / inner`).
 */
function readTap(text: string): ReportedCase[] {
  const cases: ReportedCase[] = [];
  /** By depth: names of the subtests we are in, and where the cases below the next point of that depth begin. */
  const names: string[] = [];
  const begins: number[] = [];
  const counts: number[] = [];
  const plans: number[] = [];
  for (const line of withoutDiagnostics(text.split('\n').map((one) => one.trimEnd()))) {
    const depth = Math.floor((line.length - line.trimStart().length) / 4);
    const subtest = /^ *# Subtest: (.*)$/.exec(line)?.[1];
    const plan = planned.exec(line);
    const found = point.exec(line);
    if (/^ *Bail out!/.test(line)) throw new Error('bailed out');
    if (subtest !== undefined) names[depth] = subtest;
    else if (plan) plans[depth] = Number(plan[2]);
    else if (found) {
      counts[depth] = (counts[depth] ?? 0) + 1;
      if (plans[depth + 1] !== undefined || counts[depth + 1] !== undefined) {
        if (plans[depth + 1] !== counts[depth + 1]) throw new Error('a plan that was not kept');
      }
      const isParent = cases.length > (begins[depth] ?? 0) && counts[depth + 1] !== undefined;
      const [, , not, name = '', directive] = found;
      if (!isParent) {
        const id = [...names.slice(0, depth), name].join(' / ');
        cases.push({ id, outcome: directive ? 'other' : not ? 'failed' : 'passed' });
      }
      for (const list of [counts, plans]) list.length = Math.min(list.length, depth + 1);
      names.length = Math.min(names.length, depth);
      begins[depth] = cases.length;
    }
  }
  if (plans[0] !== (counts[0] ?? 0)) throw new Error('a plan that was not kept');
  return cases;
}

/** Blocks of YAML between points quote what programs printed. */
function withoutDiagnostics(lines: readonly string[]): string[] {
  let end: string | undefined;
  const points = lines.filter((line) => {
    if (end !== undefined) {
      if (line === end) end = undefined;
      return false;
    }
    const indent = /^( +)---$/.exec(line)?.[1];
    if (indent !== undefined) end = `${indent}...`;
    return indent === undefined;
  });
  // Else a program whose output got in between could hide all that follows.
  if (end !== undefined) throw new Error('a block without end');
  return points;
}

/** JUnit's XML as most runners write it; an id is `classname.name`, or the name alone. */
function readJunit(text: string): ReportedCase[] {
  const cases: ReportedCase[] = [];
  const parser = new SaxesParser();
  let open: ReportedCase | undefined;
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testcase') {
      const { classname = '', name: own = '' } = attributes;
      open = { id: classname === '' ? own : `${classname}.${own}`, outcome: 'passed' };
      cases.push(open);
    } else if (open && (name === 'failure' || name === 'error')) open.outcome = 'failed';
    else if (open && name === 'skipped' && open.outcome === 'passed') open.outcome = 'other';
  });
  parser.on('closetag', ({ name }) => {
    if (name === 'testcase') open = undefined;
  });
  parser.write(text).close();
  return cases;
}

const outcomes: Record<string, ReportedCase['outcome']> = { pass: 'passed', fail: 'failed', skip: 'other' };

/**
 * One JSON object a line: `{"case": id, "outcome": "pass" | "fail" | "skip"}`, or what `go test -json` writes, where an
 * id is `package.Test`. Other lines that are objects say nothing.
 */
function readJsonLines(text: string): ReportedCase[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .flatMap((line) => {
      const said = JSON.parse(line) as Record<string, unknown>;
      const go = typeof said.Test === 'string' && typeof said.Package === 'string';
      const id = go ? `${String(said.Package)}.${String(said.Test)}` : said.case;
      const outcome = outcomes[String(go ? said.Action : said.outcome)];
      return typeof id === 'string' && outcome ? [{ id, outcome }] : [];
    });
}
