import { propertiesOf } from '../properties';
import { findBoard, findSprint } from './places';
import { agileUrl } from './views';

export const boardProperties = propertiesOf((call) => {
  const { id, properties } = findBoard(call);
  return { properties, url: `${agileUrl(call)}/board/${id}/properties` };
});

export const sprintProperties = propertiesOf((call) => {
  const { id, properties } = findSprint(call);
  return { properties, url: `${agileUrl(call)}/sprint/${id}/properties` };
});
