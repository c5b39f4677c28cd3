import type { Handler } from './call';
import * as changelog from './changelog';
import * as comments from './comments';
import * as createMeta from './createMeta';
import * as issues from './issues';
import { agileHandlers } from './agile/handlers';
import { searchHandlers } from './jql/handlers';
import type { Operation } from './operations';
import * as projects from './projects';
import { worklogHandlers } from './worklogs';
import { attachmentHandlers } from './attachments';
import { linkHandlers } from './issueLinks';
import { watchHandlers } from './watching';
import { propertyHandlers } from './properties';
import { permissionHandlers } from './permissions';
import { userHandlers } from './users';
import { groupHandlers } from './groups';
import { projectAdminHandlers } from './projectAdmin';
import { componentHandlers } from './components';
import { versionHandlers } from './versions';
import { fieldHandlers } from './fieldAdmin';
import { screenHandlers } from './screens';
import { roleHandlers } from './roles';
import { catalogueHandlers } from './catalogues';
import { dashboardHandlers } from './dashboards';
import { webhookHandlers } from './webhooks';
import { taskHandlers } from './tasks';
import { bulkHandlers } from './bulk';
import * as siteInfo from './siteInfo';
import * as transitions from './transitions';

/** What the operations do; the compiler sees to it that none is forgotten. */
export const handlers: Readonly<Record<Operation, Handler>> = {
  ...searchHandlers,
  ...agileHandlers,
  ...worklogHandlers,
  ...attachmentHandlers,
  ...linkHandlers,
  ...watchHandlers,
  ...propertyHandlers,
  ...permissionHandlers,
  ...userHandlers,
  ...groupHandlers,
  ...projectAdminHandlers,
  ...componentHandlers,
  ...versionHandlers,
  ...fieldHandlers,
  ...screenHandlers,
  ...roleHandlers,
  ...catalogueHandlers,
  ...dashboardHandlers,
  ...webhookHandlers,
  ...taskHandlers,
  ...bulkHandlers,

  'GET /rest/api/3/issue/createmeta': createMeta.all,
  'GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes': createMeta.issueTypes,
  'GET /rest/api/3/issue/createmeta/{projectIdOrKey}/issuetypes/{issueTypeId}': createMeta.fields,
  'POST /rest/api/3/issue': issues.create,
  'GET /rest/api/3/issue/{issueIdOrKey}': issues.get,
  'PUT /rest/api/3/issue/{issueIdOrKey}': issues.edit,
  'DELETE /rest/api/3/issue/{issueIdOrKey}': issues.remove,
  'PUT /rest/api/3/issue/{issueIdOrKey}/assignee': issues.assign,
  'GET /rest/api/3/issue/{issueIdOrKey}/editmeta': issues.editMeta,
  'GET /rest/api/3/issue/{issueIdOrKey}/changelog': changelog.list,
  'GET /rest/api/3/issue/{issueIdOrKey}/transitions': transitions.getTransitions,
  'POST /rest/api/3/issue/{issueIdOrKey}/transitions': transitions.doTransition,
  'GET /rest/api/3/issue/{issueIdOrKey}/comment': comments.list,
  'POST /rest/api/3/issue/{issueIdOrKey}/comment': comments.add,
  'GET /rest/api/3/issue/{issueIdOrKey}/comment/{id}': comments.get,
  'PUT /rest/api/3/issue/{issueIdOrKey}/comment/{id}': comments.update,
  'DELETE /rest/api/3/issue/{issueIdOrKey}/comment/{id}': comments.remove,
  'GET /rest/api/3/project': projects.list,
  'GET /rest/api/3/project/search': projects.search,
  'GET /rest/api/3/project/{projectIdOrKey}': projects.get,
  'GET /rest/api/3/project/{projectIdOrKey}/statuses': projects.statuses,
  'GET /rest/api/3/issuetype': siteInfo.issueTypes,
  'GET /rest/api/3/priority': siteInfo.priorities,
  'GET /rest/api/3/resolution': siteInfo.resolutions,
  'GET /rest/api/3/status': siteInfo.statuses,
  'GET /rest/api/3/statuscategory': siteInfo.statusCategories,
  'GET /rest/api/3/myself': siteInfo.myself,
  'GET /rest/api/3/serverInfo': siteInfo.serverInfo,
};
