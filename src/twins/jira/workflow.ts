import type { JiraState, Project, Workflow } from './state';

/** The workflow of this type of issue in a project; `settle` sees to it that there is one. */
export function workflowOf(
  { workflows, workflowSchemes }: Pick<JiraState, 'workflows' | 'workflowSchemes'>,
  project: Project,
  issuetype: string,
): Workflow {
  const scheme = workflowSchemes.find(({ id }) => id === project.workflowScheme);
  const name = scheme?.issueTypeMappings[issuetype] ?? scheme?.defaultWorkflow;
  const found = workflows.find((workflow) => workflow.name === name) ?? workflows[0];
  if (!found) throw new Error(`there is no workflow ${name}`);
  return found;
}
