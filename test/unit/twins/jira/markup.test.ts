import assert from 'node:assert/strict';
import type { DocNode } from '../../../../src/twins/jira/markup/document';
import { isDocument } from '../../../../src/twins/jira/markup/document';
import { fromWiki } from '../../../../src/twins/jira/markup/fromWiki';
import { toHtml } from '../../../../src/twins/jira/markup/toHtml';
import { toWiki } from '../../../../src/twins/jira/markup/toWiki';
import { throwDice } from '../../../../src/twins/dice';

const paragraph = (...content: DocNode[]): DocNode => ({ type: 'paragraph', content });
const text = (words: string, ...marks: string[]): DocNode => ({
  type: 'text',
  text: words,
  ...(marks.length > 0 ? { marks: marks.map((type) => ({ type })) } : {}),
});
const item = (...content: DocNode[]): DocNode => ({ type: 'listItem', content });
const doc = (...content: DocNode[]) => ({ type: 'doc' as const, version: 1 as const, content });

/** Markup and what it means, both ways. */
const pairs: Readonly<Record<string, [string, DocNode[]]>> = {
  'paragraphs and line breaks': [
    'one\ntwo\n\nthree',
    [paragraph(text('one'), { type: 'hardBreak' }, text('two')), paragraph(text('three'))],
  ],
  headings: ['h2. Steps', [{ type: 'heading', attrs: { level: 2 }, content: [text('Steps')] }]],
  marks: [
    'a *b* _c_ -d- +e+ {{f}} *_g_*',
    [
      paragraph(
        text('a '),
        text('b', 'strong'),
        text(' '),
        text('c', 'em'),
        text(' '),
        text('d', 'strike'),
        text(' '),
        text('e', 'underline'),
        text(' '),
        text('f', 'code'),
        text(' '),
        text('g', 'strong', 'em'),
      ),
    ],
  ],
  'nested lists': [
    '* one\n** two\n*# three\n* four',
    [
      {
        type: 'bulletList',
        content: [
          item(
            paragraph(text('one')),
            { type: 'bulletList', content: [item(paragraph(text('two')))] },
            { type: 'orderedList', content: [item(paragraph(text('three')))] },
          ),
          item(paragraph(text('four'))),
        ],
      },
    ],
  ],
  'code blocks': [
    '{code:js}\nconst a = *1*;\n{code}',
    [{ type: 'codeBlock', attrs: { language: 'js' }, content: [text('const a = *1*;')] }],
  ],
  quotes: ['{quote}\nsaid\n{quote}', [{ type: 'blockquote', content: [paragraph(text('said'))] }]],
  rules: ['----', [{ type: 'rule' }]],
  links: [
    '[docs|https://example.com/a] https://example.com/b',
    [
      paragraph(
        { type: 'text', text: 'docs', marks: [{ type: 'link', attrs: { href: 'https://example.com/a' } }] },
        text(' '),
        {
          type: 'text',
          text: 'https://example.com/b',
          marks: [{ type: 'link', attrs: { href: 'https://example.com/b' } }],
        },
      ),
    ],
  ],
  tables: [
    '||a||b||\n|1|2|',
    [
      {
        type: 'table',
        attrs: { isNumberColumnEnabled: false, layout: 'default' },
        content: [
          {
            type: 'tableRow',
            content: ['a', 'b'].map((word) => ({
              type: 'tableHeader',
              attrs: {},
              content: [paragraph(text(word))],
            })),
          },
          {
            type: 'tableRow',
            content: ['1', '2'].map((word) => ({
              type: 'tableCell',
              attrs: {},
              content: [paragraph(text(word))],
            })),
          },
        ],
      },
    ],
  ],
  mentions: ['[~accountid:5b10]', [paragraph({ type: 'mention', attrs: { id: '5b10', text: '@5b10' } })]],
  'text that only looks like markup': [
    'snake_case_name 2 * 3 * 4 [x] a-b-c #1 $5',
    [paragraph(text('snake_case_name 2 * 3 * 4 [x] a-b-c #1 $5'))],
  ],
};

describe('Rich text of the Jira twin', () => {
  for (const [what, [markup, content]] of Object.entries(pairs)) {
    it(`reads and writes ${what}`, () => {
      assert.deepEqual(fromWiki(markup).content, content);
      assert.equal(toWiki(doc(...content)), markup);
    });
  }

  it('keeps text that would be markup', () => {
    for (const words of [
      '*not bold*',
      '{code}',
      '[a|#b]',
      '* no item',
      'h1. no title',
      '----',
      '|no|table|',
      '\\',
    ]) {
      const document = doc(paragraph(text(words)));
      assert.deepEqual(fromWiki(toWiki(document)), document, words);
    }
  });

  it('shows a document as HTML, and text as text', () => {
    const { content } = fromWiki('h1. <b>\n* *x*');
    assert.equal(
      toHtml(doc(...(content as DocNode[]))),
      '<h1>&lt;b&gt;</h1>\n<ul>\n\t<li><b>x</b></li>\n</ul>',
    );
  });

  it('makes a document of whatever it is given, in good time', () => {
    let seed = 7;
    const throwOne = (): number => {
      const thrown = throwDice(seed);
      seed = thrown.seed;
      return thrown.value;
    };
    const pieces = [
      '*',
      '_',
      '-',
      '[',
      ']',
      '|',
      '{{',
      '}}',
      '{color:red}',
      '{color}',
      '{code}',
      '{quote}',
      '\n',
      '\\',
      ' ',
      'a',
      'h1. ',
      '# ',
      '** ',
      'https://x',
    ];
    for (let round = 0; round < 300; round += 1) {
      const markup = Array.from({ length: 60 }, () => pieces[Math.floor(throwOne() * pieces.length)]).join(
        '',
      );
      const document = fromWiki(markup);
      assert.ok(isDocument(document), JSON.stringify(markup));
      assert.equal(typeof toHtml(document) + typeof toWiki(document), 'stringstring');
    }
    for (const piece of pieces) assert.ok(isDocument(fromWiki(`x ${piece.repeat(4000)}`)), piece);
  });
});
