import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FactoryError } from '../../../src/shared/errors';
import type { AnyEvent } from '../../../src/shared/events';
import { openJournal, readText } from '../../../src/trace/journal';
import { followJournal, readJournal } from '../../../src/trace/tail';
import { verifyRun } from '../../../src/trace/verify';
import { useTemp } from '../../support/temp';

const scope = { span: '0123456789abcdef', parent: null };

describe('journal', () => {
  const temp = useTemp();
  const file = (): string => path.join(temp(), 'journal.jsonl');

  async function write(count: number): Promise<void> {
    const journal = openJournal(temp());
    for (let i = 0; i < count; i++) journal.append('run.resumed', { pid: i, host: 'here' }, scope);
    await journal.close();
  }

  it('tells whoever follows it of every event, once and in order', async () => {
    const journal = openJournal(temp());
    const append = (pid: number) => journal.append('run.resumed', { pid, host: 'here' }, scope);
    append(1);
    const seen: number[] = [];
    journal.follow((events) => seen.push(...events.map(({ seq }) => seq)));
    append(2);
    append(3);
    await journal.close();
    assert.deepEqual(seen, [0, 1, 2]);
  });

  it('chains every event to the one before it', async () => {
    await write(3);
    const events = await readJournal(file());
    assert.deepEqual(
      events.map((event) => event.seq),
      [0, 1, 2],
    );
    assert.equal(events[1]?.prev, events[0]?.hash);
    assert.equal(events[2]?.prev, events[1]?.hash);
  });

  it('never writes a secret, whoever said it', async () => {
    const secret = 'sk-test-0123456789';
    const journal = openJournal(temp(), { secrets: [secret] });
    const event = journal.append('run.resumed', { pid: 1, host: `the key ${secret} is refused` }, scope);
    assert.deepEqual(event.data, { pid: 1, host: 'the key [redacted] is refused' });
    const short = journal.keep(`"${secret}"`);
    const long = journal.keep(`${secret} ${'x'.repeat(20_000)}`);
    await journal.close();
    assert.equal(short.text, '"[redacted]"');
    assert.match(readText(temp(), long), /^\[redacted\] x/);
    assert.doesNotMatch(fs.readFileSync(file(), 'utf8'), new RegExp(secret));
    assert.deepEqual(await readJournal(file()), [event]);
  });

  it('takes a placeholder for a key as the word it is', async () => {
    const journal = openJournal(temp(), { secrets: ['none'] });
    assert.equal(journal.keep('there is none').text, 'there is none');
    await journal.close();
  });

  it('goes on after the last whole event when a crash tore the last line', async () => {
    await write(2);
    fs.appendFileSync(file(), '{"seq":2,"at":1,"ty');
    const journal = openJournal(temp());
    journal.append('run.resumed', { pid: 9, host: 'here' }, scope);
    await journal.close();
    const events = await readJournal(file());
    assert.equal(events.length, 3);
    assert.deepEqual(events[2]?.data, { pid: 9, host: 'here' });
  });

  it('names the line where something was changed, left out or put in another order', async () => {
    await write(4);
    const lines = fs.readFileSync(file(), 'utf8').trimEnd().split('\n');
    const damaged: Record<string, string[]> = {
      changed: lines.with(1, lines[1]!.replace('"pid":1', '"pid":7')),
      missing: lines.toSpliced(1, 1),
      swapped: lines.with(1, lines[2]!).with(2, lines[1]!),
    };
    for (const [what, kept] of Object.entries(damaged)) {
      fs.writeFileSync(file(), `${kept.join('\n')}\n`);
      assert.throws(
        () => openJournal(temp()),
        (error) => error instanceof FactoryError && /journal\.jsonl line 2: /.test(error.message),
        what,
      );
    }
  });

  it('keeps long payloads outside, and notices when they change', async () => {
    const journal = openJournal(temp());
    const long = 'ä'.repeat(10_000);
    const kept = journal.keep(long);
    assert.equal(kept.bytes, 20_000);
    assert.ok(kept.text.length < 1000 && kept.blob);
    assert.equal(journal.read(kept), long);
    assert.deepEqual(journal.keep('short'), { text: 'short', bytes: 5 });
    await journal.close();
    fs.writeFileSync(path.join(temp(), 'blobs', kept.blob), 'other');
    assert.throws(() => readText(temp(), kept), /was changed/);
  });

  it('is followed without gaps, from the first event to those still to come', async () => {
    const journal = openJournal(temp());
    journal.append('run.resumed', { pid: 0, host: 'here' }, scope);
    const seen: AnyEvent[] = [];
    const follower = followJournal(
      file(),
      (events) => seen.push(...events),
      (error) => assert.fail(String(error)),
    );
    for (let i = 1; i < 50; i++) {
      journal.append('run.resumed', { pid: i, host: 'here' }, scope);
      if (i % 10 === 0) await sleep(20);
    }
    await follower.drain();
    await follower.close();
    await journal.close();
    assert.deepEqual(
      seen.map((event) => event.seq),
      Array.from({ length: 50 }, (_, i) => i),
    );
  });

  it('tells a follower once that the file was damaged', async () => {
    await write(3);
    fs.writeFileSync(file(), fs.readFileSync(file(), 'utf8').replace('"pid":1', '"pid":7'));
    const errors: unknown[] = [];
    const follower = followJournal(
      file(),
      () => {},
      (error) => errors.push(error),
    );
    await follower.drain();
    await follower.close();
    assert.equal(errors.length, 1);
  });

  it('verifies a record, and says what is wrong with a changed one', async () => {
    await write(3);
    assert.ok((await verifyRun(temp())).every((check) => check.ok !== false));
    fs.writeFileSync(file(), fs.readFileSync(file(), 'utf8').replace('"pid":2', '"pid":7'));
    const [chain] = await verifyRun(temp());
    assert.equal(chain?.ok, false);
    assert.match(chain?.detail ?? '', /line 3: its text does not match its hash/);
  });
});
