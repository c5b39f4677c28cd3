import assert from 'node:assert/strict';
import { isNode } from '../../../../src/twins/openapi/node';
import { createResolve } from '../../../../src/twins/openapi/operations';
import { cutPage, type Paging } from '../../../../src/twins/openapi/page';
import { readForm, typed } from '../../../../src/twins/openapi/request';
import { findFlaw } from '../../../../src/twins/openapi/validate';

const resolve = createResolve({ named: { type: 'string', maxLength: 3 } });
const flawOf = (schema: object, value: unknown, writing = false) => {
  const flaw = findFlaw({ ...schema }, value, resolve, writing);
  return flaw && `${flaw.at} ${flaw.what}`;
};

describe('check against a schema of OpenAPI', () => {
  const wrong: [object, unknown, string][] = [
    [{ type: 'string' }, 1, ' must be of type string'],
    [{ type: ['string', 'null'] }, 1, ' must be of type string or null'],
    [{ enum: ['a', 'b'] }, 'c', ' must be one of a, b'],
    [{ type: 'string', pattern: '^a$' }, 'b', ' must match ^a$'],
    [{ type: 'string', format: 'date-time' }, 'today', ' must be a valid date-time'],
    [{ type: 'integer', minimum: 1, exclusiveMinimum: true }, 1, ' must be at least 1'],
    [{ exclusiveMaximum: 5 }, 5, ' must be under 5'],
    [{ required: ['a'] }, {}, 'a is required'],
    [{ properties: { a: { $ref: '#/named' } } }, { a: 'long' }, 'a must have at most 3 characters'],
    [{ properties: {}, additionalProperties: false }, { b: 1 }, 'b is not known'],
    [{ items: { type: 'object', required: ['x'] } }, [{ x: 1 }, {}], '1.x is required'],
    [{ anyOf: [{ type: 'string' }, { type: 'integer' }] }, true, ' must be of type string'],
    [{ allOf: [{ required: ['a'] }] }, {}, 'a is required'],
    [{ not: { type: 'string' } }, 'a', ' is not allowed'],
  ];
  for (const [schema, value, expected] of wrong) {
    it(`finds that ${JSON.stringify(value)} breaks ${JSON.stringify(schema)}`, () => {
      assert.equal(flawOf(schema, value), expected);
    });
  }

  it('lets null pass where it may be, and read-only members be missing from requests', () => {
    assert.equal(flawOf({ type: 'string', nullable: true }, null), null);
    const schema = { required: ['id'], properties: { id: { readOnly: true } } };
    assert.deepEqual([flawOf(schema, {}), flawOf(schema, {}, true)], ['id is required', null]);
  });
});

describe('pages of an OpenAPI twin', () => {
  const all = [1, 2, 3, 4, 5];
  const size = { size: 'limit', defaultSize: 2, maxSize: 3 };
  const cut = (paging: Paging, query: Record<string, unknown>) => cutPage(all, paging, query, String);

  it('go by number, offset, identifier and cursor', () => {
    const page: Paging = { style: 'page', page: 'page', ...size };
    assert.deepEqual(cut(page, { page: '2' })?.items, [3, 4]);
    assert.deepEqual(cut({ style: 'offset', offset: 'skip', ...size }, { skip: '4' })?.items, [5]);
    const byId: Paging = { style: 'id', after: 'after', before: 'before', ...size };
    assert.deepEqual(cut(byId, { after: '2' })?.items, [3, 4]);
    const back = cut(byId, { before: '4' });
    assert.deepEqual([back?.items, back?.hasMore], [[2, 3], true]);
    const cursor: Paging = { style: 'cursor', cursor: 'cursor', next: ['next'], ...size };
    const next = cut(cursor, {})?.next;
    assert.deepEqual(cut(cursor, next ?? {})?.items, [3, 4]);
  });

  it('have at most the documented number, and end where the list does', () => {
    const page: Paging = { style: 'page', page: 'page', ...size };
    assert.equal(cut(page, { limit: '99' })?.items.length, 3);
    const last = cut(page, { page: '3' });
    assert.deepEqual([last?.items, last?.hasMore, last?.next], [[5], false, undefined]);
    assert.deepEqual(cut(page, { page: '99' })?.items, []);
  });

  it('are none for a cursor of nobody', () => {
    assert.equal(cut({ style: 'cursor', cursor: 'c', next: [], ...size }, { c: 'x' }), null);
    assert.equal(cut({ style: 'id', after: 'a', before: undefined, ...size }, { a: '9' }), null);
  });
});

describe('form of an OpenAPI twin', () => {
  it('reads brackets as objects and lists, and texts as what the schema says', () => {
    const form = readForm('a[b]=1&list[]=x&list[]=y&on=true&n=07&items[0][k]=v');
    assert.deepEqual(form, { a: { b: '1' }, list: ['x', 'y'], on: 'true', n: '07', items: [{ k: 'v' }] });
    const schema = {
      properties: {
        a: { properties: { b: { type: 'integer' } } },
        on: { anyOf: [{ type: 'boolean' }, { enum: [''] }] },
      },
    };
    const value = typed(schema, form, resolve);
    assert.ok(isNode(value));
    assert.deepEqual([value['a'], value['on'], value['n']], [{ b: 1 }, true, '07']);
  });

  it('takes no name for more than a name', () => {
    const form = readForm('__proto__[polluted]=1&constructor=2');
    assert.equal(({} as { polluted?: string }).polluted, undefined);
    assert.ok(Object.hasOwn(form, 'constructor'));
  });
});
