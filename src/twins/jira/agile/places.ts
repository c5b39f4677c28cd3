import { param, projectOfIssue, type Call } from '../call';
import type { Clause, Operand } from '../jql/ast';
import { same } from '../jql/context';
import { tryParseJql } from '../jql/parser';
import type { Issue } from '../issueState';
import { can, canGlobally, visibleProjects } from '../permission';
import { refuse } from '../refusal';
import { canView } from '../shares';
import type { Board, Filter, Project, Sprint } from '../state';

// Boards and sprints, and who may see and change them.

const isWhole = (text: string): boolean => /^\d{1,15}$/.test(text);

export const filterOf = ({ state }: Call, board: Board): Filter | undefined =>
  state.filters.find(({ id }) => id === board.filter);

/** Whether the caller may know of a board, by its filter or by where it is; without its filter it is nothing. */
export function canSeeBoard(call: Call, board: Board): boolean {
  const account = call.caller.user?.accountId;
  if (board.isPrivate && board.user !== account) return false;
  const filter = filterOf(call, board);
  if (board.deleted || !filter) return false;
  const isShared = canView(call, filter);
  const isNear = visibleProjects(call).some(({ id }) => id === board.project);
  return isShared || isNear || canGlobally(call, 'ADMINISTER');
}

export function findBoard(call: Call, id = param(call, 'boardId')): Board {
  if (!isWhole(id)) refuse(400, `Board id '${id}' is not a number.`);
  const board = call.state.boards.find((candidate) => candidate.id === Number(id));
  if (!board || !canSeeBoard(call, board)) {
    refuse(
      404,
      'Requested board cannot be viewed because it either does not exist or you do not have permission to view it.',
    );
  }
  return board;
}

export function findScrumBoard(call: Call, id?: string): Board {
  const board = findBoard(call, id);
  if (board.type !== 'scrum') refuse(400, 'The board does not support sprints');
  return board;
}

export function findSprint(call: Call, id = param(call, 'sprintId')): Sprint {
  if (!isWhole(id)) refuse(400, `Sprint id '${id}' is not a number.`);
  const sprint = call.state.sprints.find((candidate) => candidate.id === Number(id));
  const board = call.state.boards.find((candidate) => candidate.id === sprint?.board);
  // Sprints outlive their board.
  const isHidden = board !== undefined && !board.deleted && !canSeeBoard(call, board);
  if (!sprint || isHidden) refuse(404, 'Sprint does not exist or you do not have permission to view it.');
  return sprint;
}

/** Projects that a clause allows, or null when it allows any. */
function projectsIn(call: Call, clause: Clause | null): Project[] | null {
  if (clause === null || clause.kind === 'not') return null;
  if (clause.kind === 'terminal') {
    const { field, operator, operand } = clause;
    if (!same(field.name, 'project') || !['=', 'in'].includes(operator) || operand === null) return null;
    const names = (one: Operand): string[] =>
      one.kind === 'value' ? [one.value] : one.kind === 'list' ? one.values.flatMap(names) : [];
    const wanted = names(operand);
    return visibleProjects(call).filter(({ id, key, name }) =>
      wanted.some((text) => id === text || same(key, text) || same(name, text)),
    );
  }
  const parts = clause.clauses.map((part) => projectsIn(call, part));
  if (clause.kind === 'and') return parts.find((part) => part !== null) ?? null;
  return parts.some((part) => part === null) ? null : [...new Set(parts.flatMap((part) => part ?? []))];
}

/** Projects that a board shows issues of; all when its filter names none. */
export function projectsOfBoard(call: Call, board: Board): Project[] {
  const parsed = tryParseJql(filterOf(call, board)?.jql ?? '');
  return ('query' in parsed ? projectsIn(call, parsed.query.where) : null) ?? visibleProjects(call);
}

/** Refuses people who may not start, change or close sprints of a board. */
export function needSprintPermission(call: Call, board: Board | undefined): void {
  const projects = board ? projectsOfBoard(call, board) : [];
  if (projects.some((project) => !can(call, 'MANAGE_SPRINTS_PERMISSION', project))) {
    refuse(403, 'You do not have permission to manage sprints on this board.');
  }
}

/** Refuses people who may not rank or plan these issues. */
export function needSchedulePermission(call: Call, issues: readonly Issue[]): void {
  const isClosed = issues.some(
    (issue) => !can(call, 'SCHEDULE_ISSUES', projectOfIssue(call.state, issue), issue),
  );
  if (isClosed)
    refuse(403, 'You do not have the Schedule issues permission in all projects of these issues.');
}
