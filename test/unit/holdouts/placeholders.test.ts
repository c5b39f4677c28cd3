import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fillArgv, fillDeep, fillScript, fillText, placeholdersIn } from '../../../src/holdouts/placeholders';
import { fillExpected } from '../../../src/holdouts/expectation';
import { matchValue } from '../../../src/holdouts/matchers';

const nasty = `a b"'$(echo owned)\`echo owned\`; echo owned\n*`;
const values = {
  base: 'http://x',
  nasty,
  program: ['node', '/a b/cli.js'],
  'saved.job': '7',
  'toString.x': 'y',
};

describe('placeholders', () => {
  it('stand for declared values, with or without spaces around the name', () => {
    assert.equal(fillText('{{base}}/{{ saved.job }}', values), 'http://x/7');
  });

  it('are literal when escaped', () => {
    assert.equal(fillText('\\{{base}} {{base}}', values), '{{base}} http://x');
    assert.deepEqual(placeholdersIn('\\{{base}} {{ base }} {{saved.job}}'), ['base', 'saved.job']);
  });

  it('refuse names that are not declared, without repeating them', () => {
    for (const text of ['{{hidden}}', '{{toString}}', '{{__proto__}}', '{{}}', '{{program}} in a text']) {
      assert.throws(() => fillText(text, values), { name: 'FactoryError', code: 'bad-input' });
    }
    assert.throws(
      () => fillText('{{secret.word}}', values),
      (error: Error & { hint: string }) =>
        !`${error.message}${error.hint}`.includes('secret') && !error.hint.includes('saved.job'),
    );
  });

  it('do not fill a value again', () => {
    assert.equal(fillText('{{a}}', { a: '{{base}}', base: 'no' }), '{{base}}');
  });

  it('keep a value one argument, and make a list several', () => {
    assert.deepEqual(fillArgv(['{{program}}', '--x={{nasty}}', '{{nasty}}'], values), [
      'node',
      '/a b/cli.js',
      `--x=${nasty}`,
      nasty,
    ]);
  });

  it('reach scripts as variables that are never read as shell text', () => {
    const { script, env } = fillScript(
      'printf "%s|" "{{nasty}}" "\\{{base}}"; env | grep -c value_ || true',
      values,
    );
    const run = spawnSync('bash', ['-ceu', script], {
      env: { PATH: process.env.PATH, ...env },
      encoding: 'utf8',
    });
    assert.equal(run.stdout, `${nasty}|{{base}}|0\n`);
  });

  it('make a program in a script several words', () => {
    const { script, env } = fillScript('printf "%s|" {{program}} {{base}}', values);
    const run = spawnSync('bash', ['-ceu', script], {
      env: { PATH: process.env.PATH, ...env },
      encoding: 'utf8',
    });
    assert.equal(run.stdout, 'node|/a b/cli.js|http://x|');
  });

  it('fill the strings of a JSON value and leave its keys', () => {
    assert.deepEqual(fillDeep({ '{{base}}': ['{{base}}', 1, null] }, values), {
      '{{base}}': ['http://x', 1, null],
    });
  });

  it('are quoted inside patterns and left alone in schemas', () => {
    const dots = { word: 'a.c' };
    assert.equal(matchValue(fillExpected({ matches: '^{{word}}$' }, dots), 'a.c').ok, true);
    assert.equal(matchValue(fillExpected({ matches: '^{{word}}$' }, dots), 'abc').ok, false);
    assert.deepEqual(fillExpected({ schema: { const: '{{word}}' } }, dots), {
      schema: { const: '{{word}}' },
    });
  });
});
