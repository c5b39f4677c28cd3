import type { Handler } from '../call';
import * as boards from './boards';
import * as epics from './epics';
import * as issues from './issues';
import * as lists from './issueLists';
import * as moves from './moves';
import type { agileOperations } from './operations';
import { boardProperties, sprintProperties } from './properties';
import { rankIssues } from './ranking';
import * as sprints from './sprints';

const { byOffset, byToken, countOf } = lists;

export const agileHandlers: Readonly<Record<keyof typeof agileOperations, Handler>> = {
  'GET /rest/agile/1.0/board': boards.list,
  'POST /rest/agile/1.0/board': boards.create,
  'GET /rest/agile/1.0/board/filter/{filterId}': boards.ofFilter,
  'GET /rest/agile/1.0/board/{boardId}': boards.get,
  'DELETE /rest/agile/1.0/board/{boardId}': boards.remove,
  'GET /rest/agile/1.0/board/{boardId}/configuration': boards.configuration,
  'GET /rest/agile/1.0/board/{boardId}/project': boards.projects,
  'GET /rest/agile/1.0/board/{boardId}/project/full': boards.projects,
  'GET /rest/agile/1.0/board/{boardId}/version': boards.versions,
  'GET /rest/agile/1.0/board/{boardId}/quickfilter': boards.quickFilters,
  'GET /rest/agile/1.0/board/{boardId}/quickfilter/{quickFilterId}': boards.quickFilter,
  'GET /rest/agile/1.0/board/{boardId}/properties': boardProperties.list,
  'GET /rest/agile/1.0/board/{boardId}/properties/{propertyKey}': boardProperties.get,
  'PUT /rest/agile/1.0/board/{boardId}/properties/{propertyKey}': boardProperties.put,
  'DELETE /rest/agile/1.0/board/{boardId}/properties/{propertyKey}': boardProperties.remove,
  'GET /rest/agile/1.0/board/{boardId}/sprint': sprints.ofBoard,
  'GET /rest/agile/1.0/board/{boardId}/epic': epics.ofBoard,
  'POST /rest/agile/1.0/board/{boardId}/issue': moves.toBoard,
  'GET /rest/agile/1.0/board/{boardId}/issue': byOffset(lists.boardIssues),
  'GET /rest/agile/1.0/board/{boardId}/backlog': byOffset(lists.backlogIssues),
  'GET /rest/agile/1.0/board/{boardId}/sprint/{sprintId}/issue': byOffset(lists.boardSprintIssues),
  'GET /rest/agile/1.0/board/{boardId}/epic/none/issue': byOffset(lists.boardIssuesWithoutEpic),
  'GET /rest/agile/1.0/board/{boardId}/epic/{epicId}/issue': byOffset(lists.boardEpicIssues),
  'GET /rest/software/1.0/board/{boardId}/issue': byToken(lists.boardIssues),
  'GET /rest/software/1.0/board/{boardId}/issue/approximate-count': countOf(lists.boardIssues),
  'GET /rest/software/1.0/board/{boardId}/backlog': byToken(lists.backlogIssues),
  'GET /rest/software/1.0/board/{boardId}/backlog/approximate-count': countOf(lists.backlogIssues),
  'GET /rest/software/1.0/board/{boardId}/sprint/{sprintId}/issue': byToken(lists.boardSprintIssues),
  'GET /rest/software/1.0/board/{boardId}/epic/none/issue': byToken(lists.boardIssuesWithoutEpic),
  'GET /rest/software/1.0/board/{boardId}/epic/{epicId}/issue': byToken(lists.boardEpicIssues),
  'POST /rest/agile/1.0/backlog/issue': moves.toBacklog,
  'POST /rest/agile/1.0/backlog/{boardId}/issue': moves.toBacklogOfBoard,
  'POST /rest/agile/1.0/sprint': sprints.create,
  'GET /rest/agile/1.0/sprint/{sprintId}': sprints.get,
  'POST /rest/agile/1.0/sprint/{sprintId}': sprints.updatePartly,
  'PUT /rest/agile/1.0/sprint/{sprintId}': sprints.update,
  'DELETE /rest/agile/1.0/sprint/{sprintId}': sprints.remove,
  'POST /rest/agile/1.0/sprint/{sprintId}/swap': sprints.swap,
  'POST /rest/agile/1.0/sprint/{sprintId}/issue': moves.toSprint,
  'GET /rest/agile/1.0/sprint/{sprintId}/issue': byOffset(lists.sprintIssues),
  'GET /rest/software/1.0/sprint/{sprintId}/issue': byToken(lists.sprintIssues),
  'GET /rest/agile/1.0/sprint/{sprintId}/properties': sprintProperties.list,
  'GET /rest/agile/1.0/sprint/{sprintId}/properties/{propertyKey}': sprintProperties.get,
  'PUT /rest/agile/1.0/sprint/{sprintId}/properties/{propertyKey}': sprintProperties.put,
  'DELETE /rest/agile/1.0/sprint/{sprintId}/properties/{propertyKey}': sprintProperties.remove,
  'GET /rest/agile/1.0/epic/none/issue': byOffset(lists.issuesWithoutEpic),
  'POST /rest/agile/1.0/epic/none/issue': epics.removeIssues,
  'GET /rest/software/1.0/epic/none/issue': byToken(lists.issuesWithoutEpic),
  'GET /rest/agile/1.0/epic/{epicIdOrKey}': epics.get,
  'POST /rest/agile/1.0/epic/{epicIdOrKey}': epics.update,
  'GET /rest/agile/1.0/epic/{epicIdOrKey}/issue': byOffset(lists.epicIssues),
  'POST /rest/agile/1.0/epic/{epicIdOrKey}/issue': epics.addIssues,
  'GET /rest/software/1.0/epic/{epicIdOrKey}/issue': byToken(lists.epicIssues),
  'PUT /rest/agile/1.0/epic/{epicIdOrKey}/rank': epics.rankEpic,
  'PUT /rest/agile/1.0/issue/rank': rankIssues,
  'GET /rest/agile/1.0/issue/{issueIdOrKey}': issues.get,
  'GET /rest/agile/1.0/issue/{issueIdOrKey}/estimation': issues.getEstimation,
  'PUT /rest/agile/1.0/issue/{issueIdOrKey}/estimation': issues.estimate,
};
