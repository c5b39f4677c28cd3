import assert from 'node:assert/strict';
import { canaryValue } from '../../../src/holdouts/canaries';
import { findCanaries } from '../../../src/holdouts/exposure';

const value = 'qbfwkel.mnzrtyua@kdjfhgt.example';
const canaries = [
  { scenario: 'H-aaaaaa', value },
  { scenario: 'H-bbbbbb', value: 'Xlqvtre Opmnbhgyw' },
];
const around = (text: string) => `some text before ${text} and after`;
const percent = (text: string) => Array.from(Buffer.from(text), (byte) => `%${byte.toString(16)}`).join('');
const form = (text: string) =>
  findCanaries(text, canaries).map(({ scenario, form }) => `${scenario} ${form}`);

describe('the search for canaries', () => {
  it('finds nothing where there is nothing', () => {
    assert.deepEqual(findCanaries(around('qbfwkel mnzrtyua'), canaries), []);
    assert.deepEqual(findCanaries('', canaries), []);
    assert.deepEqual(findCanaries(value, []), []);
  });

  it('says which scenario leaked, and where', () => {
    assert.deepEqual(findCanaries(around(value), canaries), [
      { scenario: 'H-aaaaaa', form: 'exact', offset: 17 },
    ]);
    assert.deepEqual(form(`${value} Xlqvtre Opmnbhgyw`), ['H-aaaaaa exact', 'H-bbbbbb exact']);
  });

  it('sees through folding', () => {
    assert.deepEqual(form(around('xlqvtre\n  OPMNBHGYW')), ['H-bbbbbb folded']);
    assert.deepEqual(form(around(value.replace('q', 'ｑ'))), ['H-aaaaaa folded']);
  });

  it('sees through base64 at every alignment, with line breaks and in either alphabet', () => {
    for (const shift of ['', 'a', 'ab', 'abc']) {
      const bytes = Buffer.from(`${shift}${value}{"more": "ÿÿ~~~"}`);
      assert.deepEqual(form(bytes.toString('base64')), ['H-aaaaaa base64'], shift);
      assert.deepEqual(form(bytes.toString('base64url')), ['H-aaaaaa base64'], shift);
      assert.deepEqual(form(bytes.toString('base64').replace(/.{16}/g, '$&\n')), ['H-aaaaaa base64'], shift);
    }
  });

  it('sees through hex, percent escapes and JSON escapes', () => {
    const hex = Buffer.from(value).toString('hex');
    for (const text of [hex, hex.toUpperCase(), hex.replace(/../g, '$& '), hex.replace(/../g, '\\x$&')]) {
      assert.deepEqual(form(around(text)), ['H-aaaaaa hex'], text);
    }
    assert.deepEqual(form(around(percent(value))), ['H-aaaaaa url']);
    assert.deepEqual(form(around(encodeURIComponent(value))), ['H-aaaaaa url']);
    const escaped = Array.from(value, (letter) => `\\u00${letter.charCodeAt(0).toString(16)}`).join('');
    assert.deepEqual(form(around(escaped)), ['H-aaaaaa url']);
  });
});

describe('a canary', () => {
  const seed = '00112233445566778899aabbccddeeff';

  it('has the shape its name asks for', () => {
    assert.match(canaryValue(seed, 'email'), /^[a-z]+\.[a-z]+@[a-z]+\.example$/);
    assert.match(canaryValue(seed, 'reporter-name'), /^[A-Z][a-z]+ [A-Z][a-z]+$/);
    assert.match(canaryValue(seed, 'order_number'), /^[1-9]\d{14}$/);
    assert.match(canaryValue(seed, 'callback-url'), /^https:\/\/[a-z]+\.example\/[a-z]+$/);
    assert.match(canaryValue(seed, 'api-token'), /^[a-z0-9]{32}$/);
    assert.match(canaryValue(seed, 'userId'), /^[a-z0-9]{20}$/);
    assert.match(canaryValue(seed, 'anything'), /^[a-z]{14}$/);
  });

  it('stays the same for a seed and a name, and differs for others', () => {
    assert.equal(canaryValue(seed, 'email'), canaryValue(seed, 'email'));
    assert.notEqual(canaryValue(seed, 'email'), canaryValue(seed, 'second-email'));
    assert.notEqual(canaryValue(seed, 'email'), canaryValue(seed.replace('0', '1'), 'email'));
  });
});
