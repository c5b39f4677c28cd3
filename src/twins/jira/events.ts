import type { Call } from './call';
import type { ChangeItem, Issue } from './issueState';

/** Something that happened to an issue, as webhooks report it. */
export interface IssueEvent {
  event: string;
  /** `issue_event_type_name`. */
  type: string;
  items: readonly ChangeItem[];
}

/** Tells the webhooks of apps what happened to an issue. */
export function announce(_call: Call, _issue: Issue, _event: IssueEvent): void {
  // Filled in together with dynamic webhooks.
}
