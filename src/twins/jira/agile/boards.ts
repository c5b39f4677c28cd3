import { listParam, me, param, type Call, type Handler } from '../call';
import { isRecord } from '../../../shared/records';
import { idOf, memberOf } from '../formats';
import { canEdit, canView } from '../shares';
import { pageWish } from '../paging';
import { can, visibleProjects } from '../permission';
import { refuse } from '../refusal';
import { nextNumber, type Board, type JiraState, type Status } from '../state';
import { projectInside } from '../views';
import { workflowOf } from '../workflow';
import { canSeeBoard, filterOf, findBoard, projectsOfBoard } from './places';
import { agileUrl, viewBoard, viewPage } from './views';

const unavailable =
  'The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.';

function locationIn(call: Call, account: string): Pick<Board, 'project' | 'user'> {
  const location = memberOf(call.body, 'location');
  if (location === undefined || location === null) return { user: account };
  const type = memberOf(location, 'type');
  if (type === 'user') return { user: account };
  if (type !== 'project') refuse(400, "The type of a board's location must be 'project' or 'user'.");
  const name = idOf(memberOf(location, 'projectKeyOrId'));
  const project = visibleProjects(call).find(({ id, key }) => id === name || key === name);
  return { project: project?.id ?? refuse(400, `No project could be found with key or id '${name ?? ''}'.`) };
}

/** The filter of a new board; boards know of one only when search does. */
function filterIn(call: Call): string {
  const id = idOf(memberOf(call.body, 'filterId'));
  if (id === undefined) refuse(400, 'A filter must be specified for the board.');
  const filter = call.state.filters.find((candidate) => candidate.id === id);
  const { searchLag } = call.state.settings;
  const isNew = filter?.created !== undefined && Date.parse(filter.created) + searchLag > call.twin.now();
  if (!filter || !canView(call, filter) || isNew) refuse(400, unavailable);
  return filter.id;
}

const types: Readonly<Record<string, Board['type']>> = {
  scrum: 'scrum',
  kanban: 'kanban',
  agility: 'simple',
  simple: 'simple',
};

export const create: Handler = (call) => {
  const account = me(call);
  const { body, state } = call;
  if (!isRecord(body)) refuse(400, 'The request body is missing or is no object.');
  const name = memberOf(body, 'name');
  if (typeof name !== 'string' || name.trim() === '') refuse(400, 'The board must have a name.');
  if (name.length > 255) refuse(400, 'The name of a board must be at most 255 characters long.');
  const said = memberOf(body, 'type');
  const type = typeof said === 'string' && Object.hasOwn(types, said) ? types[said] : undefined;
  if (!type) refuse(400, "The type of a board must be one of 'scrum', 'kanban' and 'agility'.");
  const filter = filterIn(call);
  const place = locationIn(call, account);
  const board: Board = {
    id: nextNumber(state, 'board'),
    name: name.trim(),
    type,
    filter,
    ...place,
    isPrivate: false,
    favouritedBy: [],
    properties: {},
  };
  state.boards.push(board);
  return { status: 201, body: viewBoard(call, board) };
};

export const get: Handler = (call) => ({ body: viewBoard(call, findBoard(call)) });

export const remove: Handler = (call) => {
  const board = findBoard(call);
  const project = call.state.projects.find(({ id }) => id === board.project);
  const filter = filterOf(call, board);
  const isOwn = (filter && canEdit(call, filter)) ?? board.user === me(call);
  if (!isOwn && !(project && can(call, 'ADMINISTER_PROJECTS', project))) {
    refuse(403, 'You do not have permission to delete this board.');
  }
  board.deleted = true;
  return { status: 204 };
};

const orders = (orderBy: string): ((a: Board, b: Board) => number) => {
  if (!/^[+-]?name$/.test(orderBy))
    refuse(400, `The value '${orderBy}' of the 'orderBy' parameter is not valid.`);
  const sign = orderBy.startsWith('-') ? -1 : 1;
  return (a, b) => sign * (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);
};

export const list: Handler = (call) => {
  const { query, state } = call;
  const kinds = listParam(call, 'type');
  const name = (query.get('name') ?? '').toLowerCase();
  const project = query.get('projectKeyOrId');
  const isOf = (board: Board, wanted: string | null) =>
    wanted === null || projectsOfBoard(call, board).some(({ id, key }) => id === wanted || key === wanted);
  if (project !== null && !visibleProjects(call).some(({ id, key }) => id === project || key === project)) {
    refuse(400, `No project could be found with key or id '${project}'.`);
  }
  const [account, location, filter] = ['accountIdLocation', 'projectLocation', 'filterId'].map((key) =>
    query.get(key),
  );
  const isAt = (board: Board) => {
    const at = state.projects.find(({ id }) => id === board.project);
    return location === null || at?.id === location || at?.key === location;
  };
  const boards = state.boards
    .filter(
      (board) =>
        canSeeBoard(call, board) &&
        (kinds.length === 0 || kinds.includes(board.type)) &&
        board.name.toLowerCase().includes(name) &&
        (account === null || board.user === account) &&
        (filter === null || board.filter === filter) &&
        isAt(board) &&
        isOf(board, project),
    )
    .sort((a, b) => a.id - b.id);
  const orderBy = query.get('orderBy');
  if (orderBy !== null) boards.sort(orders(orderBy.replace(' ', '+')));
  return { body: viewPage(boards, pageWish(call, 50), (board) => viewBoard(call, board)) };
};

export const ofFilter: Handler = (call) => {
  const id = param(call, 'filterId');
  const boards = call.state.boards.filter((board) => board.filter === id && canSeeBoard(call, board));
  const view = (board: Board) => ({
    id: board.id,
    name: board.name,
    self: `${agileUrl(call)}/board/${board.id}`,
  });
  return { body: viewPage(boards, pageWish(call, 50), view) };
};

/** Columns of a board that nobody has arranged: one for each kind of status. */
function columnsOf(call: Call, board: Board, state: JiraState): object[] {
  const ids = new Set(
    projectsOfBoard(call, board).flatMap((project) =>
      project.issueTypes.flatMap((type) => workflowOf(state, project, type).statuses),
    ),
  );
  const statuses = state.statuses.filter(({ id }) => ids.has(id));
  const column = (name: string, fits: (status: Status) => boolean) => ({
    name,
    statuses: statuses.filter(fits).map(({ id }) => ({ id, self: `${call.rest}/status/${id}` })),
  });
  return [
    ...(board.type === 'kanban' ? [column('Backlog', () => false)] : []),
    column('To Do', ({ category }) => category === 'new' || category === 'undefined'),
    column('In Progress', ({ category }) => category === 'indeterminate'),
    column('Done', ({ category }) => category === 'done'),
  ];
}

export const configuration: Handler = (call) => {
  const board = findBoard(call);
  const { state } = call;
  const { id, name, type } = board;
  const project = state.projects.find((row) => row.id === board.project);
  const custom = (kind: string) =>
    state.customFields.find((field) => field.type === `com.pyxis.greenhopper.jira:${kind}`);
  const [points, rank] = [custom('jsw-story-points'), custom('gh-lexo-rank')];
  const numberOf = (field: string | undefined) => Number(field?.replace('customfield_', ''));
  return {
    body: {
      id,
      name,
      type,
      self: `${agileUrl(call)}/board/${id}/configuration`,
      ...(project
        ? {
            location: {
              type: 'project',
              key: project.key,
              id: project.id,
              self: `${call.rest}/project/${project.id}`,
              name: project.name,
            },
          }
        : {}),
      filter: { id: board.filter, self: `${call.rest}/filter/${board.filter}` },
      ...(type === 'kanban'
        ? { subQuery: { query: 'fixVersion in unreleasedVersions() OR fixVersion is EMPTY' } }
        : {}),
      columnConfig: { columns: columnsOf(call, board, state), constraintType: 'none' },
      ...(type === 'scrum' && points
        ? { estimation: { type: 'field', field: { fieldId: points.id, displayName: points.name } } }
        : {}),
      ...(rank ? { ranking: { rankCustomFieldId: numberOf(rank.id) } } : {}),
    },
  };
};

export const projects: Handler = (call) => {
  const rows = projectsOfBoard(call, findBoard(call));
  return { body: viewPage(rows, pageWish(call, 50), (project) => projectInside(call, project)) };
};

export const versions: Handler = (call) => {
  const wanted = new Set(projectsOfBoard(call, findBoard(call)).map(({ id }) => id));
  const released = listParam(call, 'released');
  const rows = call.state.versions.filter(
    (version) =>
      wanted.has(version.project) && (released.length === 0 || released.includes(String(version.released))),
  );
  return {
    body: viewPage(rows, pageWish(call, 50), (version) => ({
      self: `${agileUrl(call)}/version/${version.id}`,
      id: Number(version.id),
      projectId: Number(version.project),
      name: version.name,
      description: version.description,
      archived: version.archived,
      released: version.released,
      ...(version.releaseDate === undefined ? {} : { releaseDate: version.releaseDate }),
    })),
  };
};

/** Boards of this site have no quick filters. */
export const quickFilters: Handler = (call) => {
  findBoard(call);
  return { body: viewPage([], pageWish(call, 50), () => ({})) };
};
export const quickFilter: Handler = (call) => {
  findBoard(call);
  return refuse(404, 'The requested quick filter does not exist.');
};
