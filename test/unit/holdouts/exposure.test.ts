import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { canaryValue } from '../../../src/holdouts/canaries';
import { type CanaryPrint, type Looked, printCanaries, searchFor } from '../../../src/holdouts/exposure';
import { encodings } from '../../support/encodings';
import { publicText } from '../../support/publicText';

const seed = '00112233445566778899aabbccddeeff';
const shapes = ['email', 'name', 'url', 'id', 'token', 'number', 'word'];
const canaries = shapes.map((shape) => ({ scenario: `H-${shape}`, value: canaryValue(seed, shape) }));
const search = searchFor(printCanaries(canaries));
const around = (text: string) => `some text before it: ${text} and some after`;
const found = (data: string | Uint8Array): string => {
  const { exposure } = search.look(data);
  return exposure ? `${exposure.scenario} ${exposure.form}` : 'nothing';
};
const scenarioIn = ({ exposure }: Looked): string | undefined => exposure?.scenario;

/** The beginning of a zip file, which is all that is looked at. */
function zipped(name: string, text: string): Buffer {
  const head = Buffer.alloc(30);
  head.write('PK\x03\x04');
  head.writeUInt16LE(8, 8);
  head.writeUInt16LE(name.length, 26);
  return Buffer.concat([head, Buffer.from(name), deflateRawSync(text)]);
}

describe('the search for canaries', () => {
  it('finds nothing where there is nothing', () => {
    assert.equal(found(''), 'nothing');
    assert.equal(found(around('qbfwkel mnzrtyua')), 'nothing');
    for (const { value } of canaries) {
      assert.equal(found(around(value.slice(0, -1))), 'nothing', value);
      assert.equal(scenarioIn(searchFor(printCanaries([])).look(value)), undefined);
    }
  });

  for (const [name, encode] of Object.entries(encodings)) {
    it(`sees a canary of every shape through ${name}`, () => {
      for (const { scenario, value } of canaries) {
        for (const before of ['', 'a', 'ab', 'abc', 'token=', 'x\n']) {
          const text = encode(`${before}${value}`);
          assert.equal(scenarioIn(search.look(text)), scenario, `${before}${value} as ${text}`);
          assert.equal(scenarioIn(search.look(JSON.stringify({ text: around(text) }))), scenario, text);
        }
      }
    });
  }

  it('says in which disguise it was', () => {
    const { value = '' } = canaries[0] ?? {};
    const form = (text: string | Uint8Array) => search.look(text).exposure?.form;
    assert.equal(form(value), 'plain');
    assert.equal(form(Buffer.from(value).toString('base64')), 'base64');
    assert.equal(form(Buffer.from(value).toString('hex')), 'hex');
    assert.equal(form(Array.from(value).reverse().join('')), 'reversed');
    assert.equal(form(gzipSync(value)), 'compressed');
  });

  it('looks into compressed data, also in the middle and within itself', () => {
    for (const { scenario, value } of canaries) {
      const packed = gzipSync(around(value));
      assert.equal(scenarioIn(search.look(packed)), scenario);
      assert.equal(scenarioIn(search.look(deflateSync(value))), scenario);
      assert.equal(scenarioIn(search.look(Buffer.concat([Buffer.from('first'), packed]))), scenario);
      assert.equal(scenarioIn(search.look(gzipSync(packed))), scenario);
      assert.equal(scenarioIn(search.look(zipped('notes.txt', value))), scenario);
    }
  });

  it('does not let a small thing become large', () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    for (const data of [bomb, bomb.toString('base64'), bomb.toString('hex'), gzipSync(bomb)]) {
      assert.deepEqual(search.look(data), { exposure: null, unread: true });
    }
  });

  it('does not let many small things become large together', () => {
    const nested = gzipSync(gzipSync(Buffer.alloc(512 * 1024)));
    assert.equal(search.look(nested).unread, false);
    for (const times of [8, 500]) {
      const many = Buffer.concat(Array.from({ length: times }, () => nested));
      assert.deepEqual(search.look(many), { exposure: null, unread: true });
    }
    const beginnings = Buffer.alloc(64 * 1024, Buffer.from([0x1f, 0x8b, 8]));
    assert.deepEqual(search.look(beginnings), { exposure: null, unread: true });
    // The header of each one leads to the same data, of which nothing comes.
    const empty = Buffer.alloc(256 * 1024, Buffer.from([0, 0, 0, 0xff, 0xff]));
    const named = Buffer.alloc(10 * 100, Buffer.from([0x1f, 0x8b, 8, 8, 1, 1, 1, 1, 1, 1]));
    assert.deepEqual(search.look(Buffer.concat([named, Buffer.of(0), empty])), {
      exposure: null,
      unread: true,
    });
    // What one search spent, the next one has.
    assert.equal(found(gzipSync(canaries[0]!.value)), `${canaries[0]!.scenario} compressed`);
  });

  it('takes no random text for something compressed', () => {
    const bytes = Array.from({ length: 12_000 }, (_, n) => createHash('sha512').update(`${n}`).digest());
    assert.deepEqual(search.look(Buffer.concat(bytes).toString('base64')), { exposure: null, unread: false });
  });

  it('finds at once, in what is very large, anything at its ends and what is not encoded between them', () => {
    for (const { scenario, value } of canaries) {
      const hex = Buffer.from(value).toString('hex');
      for (const [text, at, seen] of [
        [value, 3_000_001, true],
        [value.toUpperCase(), 3_000_002, true],
        [Buffer.from(value, 'utf16le').toString('latin1'), 3_000_003, true],
        [hex, 1000, true],
        [hex, 6_000_000 - 1000, true],
        [hex, 3_000_004, false],
      ] as const) {
        const data = Buffer.alloc(6_000_000, 'Nothing to see. ');
        data.write(text, at, 'latin1');
        const looked = search.look(data);
        assert.equal(scenarioIn(looked), seen ? scenario : undefined, `${text} at ${at}`);
        assert.equal(looked.unread, true);
      }
    }
  });

  it('finds a canary wherever it lies in a long text', () => {
    const { scenario, value = '' } = canaries[0]!;
    const filler = Buffer.alloc(600 * 1024, 'Nothing to see. ');
    for (const at of [0, 262_100, 262_144 - 9, 262_144, 258_048 - 5, 520_000, filler.length - value.length]) {
      const text = Buffer.from(filler);
      text.write(value, at);
      assert.equal(scenarioIn(search.look(text)), scenario, String(at));
    }
  });

  it('finds in what is very large anything anywhere, while others have their turns', async () => {
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 0);
    const { scenario, value } = canaries[0]!;
    const packed = gzipSync(Buffer.concat([randomBytes(2_000_000), Buffer.from(value)]));
    for (const [name, text] of [
      ['as it is', Buffer.from(value)],
      ['as hex', Buffer.from(Buffer.from(value).toString('hex'))],
      ['as base64', Buffer.from(Buffer.from(`x${value}`).toString('base64'))],
      ['packed', gzipSync(around(value))],
      ['packed at the end of much', packed],
      ['packed twice', gzipSync(packed)],
    ] as const) {
      const data = Buffer.alloc(4_000_000, 'Nothing to see. ');
      for (const at of [2_000_004, 1024 ** 2 - 1]) {
        const looked = await search.search(Buffer.concat([data.subarray(0, at), text, data.subarray(at)]));
        assert.deepEqual([looked.exposure?.scenario, looked.unread], [scenario, false], `${name} at ${at}`);
      }
    }
    clearInterval(counting);
    assert.ok(turns > 20, `${turns} turns`);
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    assert.deepEqual(await search.search(bomb), { exposure: null, unread: true });
  });

  it('needs no more than a print, from which nobody can read a canary', () => {
    const said = JSON.stringify(printCanaries(canaries));
    const printed = searchFor(JSON.parse(said) as CanaryPrint);
    for (const { scenario, value } of canaries) {
      for (const encode of Object.values(encodings))
        assert.ok(!said.includes(encode(value).toString()), value);
      assert.equal(scenarioIn(printed.look(around(value))), scenario);
    }
    assert.notEqual(JSON.stringify(printCanaries(canaries)), said);
  });

  it('raises no false alarm on public text, as it is and encoded', () => {
    const many = Array.from({ length: 2000 }, (_, n) => ({
      scenario: 'H-public',
      value: canaryValue(`${n}`, shapes[n % shapes.length] ?? ''),
    }));
    const text = publicText();
    assert.ok(text.length > 5e6, `${text.length} bytes`);
    const crowded = searchFor(printCanaries(many));
    for (let at = 0; at < text.length; at += 1e6) {
      const part = text.subarray(at, at + 1e6);
      assert.deepEqual(crowded.look(part), { exposure: null, unread: false });
      assert.equal(crowded.look(JSON.stringify(part.toString())).exposure, null);
    }
  });
});

describe('a canary', () => {
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
