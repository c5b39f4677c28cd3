import type { Incident } from '../sandbox/types';
import type { Scope } from '../trace/journal';
import type { Run } from './run';

/** Journals what a pod refused. Called outside of every step: what fails here has nobody else to tell. */
export function tellIncident(
  run: Run,
  { name, scope }: { name: string; scope: Scope },
  incident: Incident,
): void {
  try {
    const where = name;
    if (incident.kind === 'limit') {
      run.engine.emit('limit.reached', { where, reason: incident.reason }, scope);
    } else {
      const { target, command } = incident;
      run.engine.emit('network.refused', { where, target, command }, scope);
    }
  } catch (error) {
    run.fail(error);
  }
}
