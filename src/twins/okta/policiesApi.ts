import { makeId, noContent, objectOf, param, textOf, type Call, type Handler } from './call';
import { refuse, refuseField, refuseUnknown } from './errors';
import { linkHeader, linkTo } from './paging';
import type { Policy, PolicyRule } from './state';
import { policyTypes, ruleTypeOf } from './systemPolicies';

function linksOf(href: string, thing: Policy | PolicyRule): object {
  const switching = thing.status === 'ACTIVE' ? 'deactivate' : 'activate';
  const post = { hints: { allow: ['POST'] } };
  return {
    self: { href, hints: { allow: ['GET', 'PUT', ...(thing.system ? [] : ['DELETE'])] } },
    ...(thing.system ? {} : { [switching]: { href: `${href}/lifecycle/${switching}`, ...post } }),
  };
}

function viewRule(policy: Policy, rule: PolicyRule, origin: string): object {
  return { ...rule, _links: linksOf(`${origin}/api/v1/policies/${policy.id}/rules/${rule.id}`, rule) };
}

function viewPolicy(call: Call, policy: Policy): object {
  const { rules, ...plain } = policy;
  const href = `${call.origin}/api/v1/policies/${policy.id}`;
  const embeds = call.query.get('expand') === 'rules';
  return {
    ...plain,
    ...(embeds ? { _embedded: { rules: rules.map((rule) => viewRule(policy, rule, call.origin)) } } : {}),
    _links: { ...linksOf(href, policy), rules: { href: `${href}/rules`, hints: { allow: ['GET', 'POST'] } } },
  };
}

function needPolicy(call: Call): Policy {
  const wanted = param(call, 'policyId');
  return call.state.policies.find((policy) => policy.id === wanted) ?? refuseUnknown(wanted, 'Policy');
}

function needRule(call: Call): { policy: Policy; rule: PolicyRule } {
  const policy = needPolicy(call);
  const wanted = param(call, 'ruleId');
  const rule = policy.rules.find((other) => other.id === wanted) ?? refuseUnknown(wanted, 'PolicyRule');
  return { policy, rule };
}

const partyOf = ({ id, name, type }: Policy | PolicyRule) => ({
  id,
  type: type === 'SIGN_ON' ? 'Rule' : 'PolicyEntity',
  alternateId: 'unknown',
  displayName: name,
});

function readName(call: Call): string {
  const name = textOf(call.body['name']) ?? '';
  return name === '' ? refuseField('name', 'name: The field cannot be left blank') : name;
}

/** What a request says that policies and rules have in common. Those before which it is put move back. */
function readCommon(
  call: Call,
  others: readonly { priority: number; system: boolean }[],
  old?: Policy | PolicyRule,
) {
  const { priority } = call.body;
  const own = others.filter(({ system }) => !system);
  return {
    name: readName(call),
    priority: Number.isSafeInteger(priority)
      ? Math.max(Number(priority), 0)
      : (old?.priority ?? own.length + 1),
    ...(call.body['conditions'] === undefined
      ? {}
      : { conditions: objectOf(call.body['conditions']) ?? null }),
    lastUpdated: call.at,
  };
}

export const listPolicies: Handler = (call) => {
  const type = call.query.get('type');
  if (type === null) return refuseField('type', 'type: The field cannot be left blank');
  if (!policyTypes.some((known) => known === type))
    refuseField('type', `type: The policy type ${type} is not supported`);
  const found = call.state.policies
    .filter((policy) => policy.type === type)
    .sort((a, b) => a.priority - b.priority)
    .map((policy) => viewPolicy(call, policy));
  return { body: found, headers: [linkHeader(linkTo(call, {}), 'self')] };
};

export const getPolicy: Handler = (call) => ({ body: viewPolicy(call, needPolicy(call)) });

export const createPolicy: Handler = (call) => {
  const type = policyTypes.find((known) => known === call.body['type']);
  if (!type) return refuseField('type', 'type: The policy type is not supported');
  const others = call.state.policies.filter((policy) => policy.type === type);
  const common = readCommon(call, others);
  const settings = objectOf(call.body['settings']);
  const policy: Policy = {
    ...common,
    id: makeId(call, '00p'),
    type,
    description: textOf(call.body['description']) ?? null,
    status: call.query.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE',
    system: false,
    created: call.at,
    ...(settings ? { settings } : {}),
    rules: [],
  };
  call.state.policies.push(policy);
  call.log('policy.lifecycle.create', [partyOf(policy)]);
  return { body: viewPolicy(call, policy) };
};

export const replacePolicy: Handler = (call) => {
  const policy = needPolicy(call);
  const common = readCommon(call, [], policy);
  const settings = objectOf(call.body['settings']);
  const description = textOf(call.body['description']) ?? null;
  Object.assign(policy, common, settings ? { settings, description } : { description });
  call.log('policy.lifecycle.update', [partyOf(policy)]);
  return { body: viewPolicy(call, policy) };
};

export const deletePolicy: Handler = (call) => {
  const policy = needPolicy(call);
  if (policy.system) refuse('E0000006');
  call.state.policies = call.state.policies.filter((other) => other !== policy);
  call.log('policy.lifecycle.delete', [partyOf(policy)]);
  return noContent;
};

function switchPolicy(status: Policy['status']): Handler {
  return (call) => {
    const policy = needPolicy(call);
    if (policy.system) refuse('E0000006');
    policy.status = status;
    call.log(status === 'ACTIVE' ? 'policy.lifecycle.activate' : 'policy.lifecycle.deactivate', [
      partyOf(policy),
    ]);
    return noContent;
  };
}
export const activatePolicy = switchPolicy('ACTIVE');
export const deactivatePolicy = switchPolicy('INACTIVE');

export const listPolicyRules: Handler = (call) => {
  const policy = needPolicy(call);
  const rules = policy.rules.toSorted((a, b) => a.priority - b.priority);
  return { body: rules.map((rule) => viewRule(policy, rule, call.origin)) };
};

export const getPolicyRule: Handler = (call) => {
  const { policy, rule } = needRule(call);
  return { body: viewRule(policy, rule, call.origin) };
};

export const createPolicyRule: Handler = (call) => {
  const policy = needPolicy(call);
  const common = readCommon(call, policy.rules);
  const actions = objectOf(call.body['actions']);
  const rule: PolicyRule = {
    ...common,
    id: makeId(call, '0pr'),
    type: ruleTypeOf(policy.type),
    status: call.query.get('activate') === 'false' ? 'INACTIVE' : 'ACTIVE',
    system: false,
    created: call.at,
    ...(actions ? { actions } : {}),
  };
  policy.rules.push(rule);
  call.log('policy.rule.add', [partyOf(rule)]);
  return { body: viewRule(policy, rule, call.origin) };
};

export const replacePolicyRule: Handler = (call) => {
  const { policy, rule } = needRule(call);
  const common = readCommon(call, [], rule);
  const actions = objectOf(call.body['actions']);
  Object.assign(rule, common, actions ? { actions } : {});
  call.log('policy.rule.update', [partyOf(rule)]);
  return { body: viewRule(policy, rule, call.origin) };
};

export const deletePolicyRule: Handler = (call) => {
  const { policy, rule } = needRule(call);
  if (rule.system) refuse('E0000006');
  policy.rules = policy.rules.filter((other) => other !== rule);
  call.log('policy.rule.delete', [partyOf(rule)]);
  return noContent;
};

function switchRule(status: PolicyRule['status']): Handler {
  return (call) => {
    const { rule } = needRule(call);
    if (rule.system) refuse('E0000006');
    rule.status = status;
    call.log(status === 'ACTIVE' ? 'policy.rule.activate' : 'policy.rule.deactivate', [partyOf(rule)]);
    return noContent;
  };
}
export const activatePolicyRule = switchRule('ACTIVE');
export const deactivatePolicyRule = switchRule('INACTIVE');
