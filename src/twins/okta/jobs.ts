import * as z from 'zod/mini';
import type { JobHandlers } from '../contract';
import type { Change } from './call';
import { isoTime, type OktaTwin, type OrgState } from './state';
import { findUser } from './directory';
import { evaluateRule, evaluateUser } from './ruleEvaluation';
import { createLog } from './systemLog';
import { endTransition } from './userLifecycle';

const forUser = z.object({ user: z.string() });

const forRule = z.object({ rule: z.string() });

/** A change that happens by itself. */
function ownChange(twin: OktaTwin): Change {
  const now = twin.now();
  return { twin, state: twin.state, now, at: isoTime(now), log: createLog(twin, {}) };
}

/** What an organisation does later. */
export const jobs: JobHandlers<OrgState> = {
  transition: (twin, data) => {
    const user = findUser(twin.state, forUser.parse(data).user);
    if (user?.transitioningToStatus) endTransition(ownChange(twin), user, user.transitioningToStatus);
  },
  rule: (twin, data) => {
    const { rule: id } = forRule.parse(data);
    const rule = twin.state.groupRules.find((other) => other.id === id);
    if (rule) evaluateRule(ownChange(twin), rule);
  },
  userRules: (twin, data) => {
    const user = findUser(twin.state, forUser.parse(data).user);
    if (user) evaluateUser(ownChange(twin), user);
  },
};
