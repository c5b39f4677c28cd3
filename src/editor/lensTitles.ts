import type { SpecSummary } from '../shared/languageProtocol';
import type { RequirementState } from '../shared/runState';

/** `▶ Run Factory on Spec · 12 requirements · 2 findings · 9 holdouts · last run: accepted` */
export function specTitle(spec: SpecSummary, holdouts: number, lastRun: string | null): string {
  return [
    '▶ Run Factory on Spec',
    counted(spec.requirements.length, 'requirement'),
    ...(spec.findings > 0 ? [counted(spec.findings, 'finding')] : []),
    counted(holdouts, 'holdout'),
    ...(lastRun === null ? [] : [`last run: ${lastRun}`]),
  ].join(' · ');
}

/** `3 holdouts · done · tested · hidden checks failed`: how a requirement is covered, and what its last run found. */
export function requirementTitle(holdouts: number, last: RequirementState | null): string {
  const parts = [holdouts === 0 ? 'no holdout' : counted(holdouts, 'holdout')];
  if (last) {
    if (last.done !== 'open') parts.push(last.done === 'pass' ? 'done' : 'not done');
    if (last.test !== 'open') parts.push(last.test === 'pass' ? 'tested' : 'tests failed');
    if (last.hidden !== 'open') parts.push(`hidden checks ${last.hidden === 'pass' ? 'passed' : 'failed'}`);
  }
  return parts.join(' · ');
}

function counted(count: number, noun: string): string {
  return `${String(count)} ${noun}${count === 1 ? '' : 's'}`;
}
