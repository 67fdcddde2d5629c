import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { escapeHtml, html, jsonInScript, slug } from '../../../src/report/page/html.ts'

/** Any code units, halves of pairs among them; the signs of markup often. */
const unit = fc.oneof(
  fc.constantFrom(...'&<>"\''),
  fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code)),
)
const units = fc.array(unit).map((all) => all.join(''))

const EVIL = '</script><script>alert(1)</script>'

describe('what people wrote stays text', () => {
  it('in an element, in an attribute and in a list', () => {
    expect(html`<p title="${`"${EVIL}`}">${[EVIL, 7, null, html`<b>${'<'}</b>`]}</p>`.source).toBe(
      '<p title="&quot;&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;">&lt;/script&gt;&lt;script&gt;alert(1)&lt;/script&gt;7<b>&lt;</b></p>',
    )
  })

  it('whatever it is: no sign of markup is left, and no character that a document may not hold', () => {
    fc.assert(
      fc.property(units, (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|\p{Surrogate}/u)
        expect(escapeHtml(text).replace(/&(?:amp|lt|gt|quot|#39);/g, '')).not.toContain('&')
      }),
    )
  })

  it('as JSON inside a script nothing can end the script, and it reads back as it was', () => {
    expect(jsonInScript({ key: EVIL }).source).toBe('{"key":"\\u003c/script>\\u003cscript>alert(1)\\u003c/script>"}')
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { source } = jsonInScript(value)
        expect(source).not.toMatch(/[<\u2028\u2029]/)
        expect(JSON.stringify(JSON.parse(source))).toBe(JSON.stringify(value))
      }),
    )
  })

  it('a name becomes an id without blanks or quotes', () => {
    expect(slug('violation-always x "y" <z>')).toBe('violation-always-x-y-z-')
  })
})
