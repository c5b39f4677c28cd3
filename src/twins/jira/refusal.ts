/** Why Jira does not do what was asked, in its own words. */
export class JiraRefusal extends Error {
  constructor(
    readonly status: number,
    readonly errorMessages: readonly string[],
    readonly errors: Readonly<Record<string, string>> = {},
  ) {
    super(errorMessages[0] ?? Object.values(errors)[0] ?? String(status));
  }
}

export function refuse(status: number, ...errorMessages: string[]): never {
  throw new JiraRefusal(status, errorMessages);
}

export function refuseFields(errors: Record<string, string>): never {
  throw new JiraRefusal(400, [], errors);
}

export const noIssue = 'Issue does not exist or you do not have permission to see it.';
