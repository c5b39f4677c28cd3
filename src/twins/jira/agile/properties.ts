import { param, type Call, type Handler } from '../call';
import { refuse } from '../refusal';
import { findBoard, findSprint } from './places';
import { agileUrl } from './views';

// Properties that apps keep on boards and sprints.

interface Holder {
  id: number;
  properties: Record<string, unknown>;
}
type Finder = (call: Call) => Holder;

/** Characters of one value. */
const maxValue = 32_768;

function keyOf(call: Call): string {
  const key = param(call, 'propertyKey');
  if (key.length > 255) refuse(400, 'The property key is longer than 255 characters.');
  return key;
}

const keysOf =
  (kind: string, find: Finder): Handler =>
  (call) => {
    const { id, properties } = find(call);
    const url = `${agileUrl(call)}/${kind}/${id}/properties`;
    const keys = Object.keys(properties).map((key) => ({ self: `${url}/${encodeURIComponent(key)}`, key }));
    return { body: { keys } };
  };

const getFrom =
  (find: Finder): Handler =>
  (call) => {
    const { properties } = find(call);
    const key = keyOf(call);
    if (!Object.hasOwn(properties, key)) refuse(404, `The property '${key}' does not exist.`);
    return { body: { key, value: properties[key] } };
  };

const setIn =
  (find: Finder): Handler =>
  (call) => {
    const holder = find(call);
    const key = keyOf(call);
    if (call.body === undefined) refuse(400, 'The property value must be valid JSON.');
    if (JSON.stringify(call.body).length > maxValue) refuse(400, 'The property value is too long.');
    const isNew = !Object.hasOwn(holder.properties, key);
    holder.properties = { ...holder.properties, [key]: call.body };
    return { status: isNew ? 201 : 200 };
  };

const removeFrom =
  (find: Finder): Handler =>
  (call) => {
    const holder = find(call);
    const key = keyOf(call);
    if (!Object.hasOwn(holder.properties, key)) refuse(404, `The property '${key}' does not exist.`);
    holder.properties = Object.fromEntries(
      Object.entries(holder.properties).filter(([name]) => name !== key),
    );
    return { status: 204 };
  };

const handlersFor = (kind: string, find: Finder) => ({
  keys: keysOf(kind, find),
  get: getFrom(find),
  set: setIn(find),
  remove: removeFrom(find),
});

export const boardProperties = handlersFor('board', (call) => findBoard(call));
export const sprintProperties = handlersFor('sprint', (call) => findSprint(call));
