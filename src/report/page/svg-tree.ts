/**
 * The little of a document that the plotting library needs to build a picture where there is no browser: elements with attributes, text and
 * order. A whole DOM would weigh as much as the library itself.
 */
import { type Html, Html as HtmlValue, html } from './html.ts'

class SvgText {
  readonly textContent: string

  constructor(text: string) {
    this.textContent = text
  }

  toHtml(): Html {
    return html`${this.textContent}`
  }
}

class SvgElement {
  readonly ownerDocument: SvgDocument
  readonly namespaceURI = 'http://www.w3.org/2000/svg'
  readonly name: string
  parentNode: SvgElement | null = null
  readonly #attributes = new Map<string, string>()
  #children: (SvgElement | SvgText)[] = []

  constructor(document: SvgDocument, name: string) {
    this.ownerDocument = document
    this.name = name
  }

  setAttribute(name: string, value: unknown): void {
    this.#attributes.set(name, String(value))
  }

  setAttributeNS(_space: string, name: string, value: unknown): void {
    this.setAttribute(name, value)
  }

  removeAttribute(name: string): void {
    this.#attributes.delete(name)
  }

  appendChild<T extends SvgElement>(child: T): T {
    return this.insertBefore(child, null)
  }

  insertBefore<T extends SvgElement>(child: T, before: SvgElement | null): T {
    const at = before === null ? -1 : this.#children.indexOf(before)
    child.parentNode = this
    this.#children.splice(at < 0 ? this.#children.length : at, 0, child)
    return child
  }

  set textContent(text: string) {
    this.#children = [new SvgText(text)]
  }

  toHtml(): Html {
    const attributes = [...this.#attributes].map(([name, value]) => html` ${new HtmlValue(name)}="${value}"`)
    const inside = this.#children.map((child) => child.toHtml())
    const name = new HtmlValue(this.name)
    // The library brings rules for the whole page in a style of its own; the page has its own.
    return this.name === 'style' ? html`` : html`<${name}${attributes}>${inside}</${name}>`
  }
}

export class SvgDocument {
  readonly documentElement: SvgElement

  constructor() {
    this.documentElement = new SvgElement(this, 'html')
  }

  createElementNS(_space: string, name: string): SvgElement {
    return new SvgElement(this, name)
  }
}

/** What the library made out of such a document. */
export function htmlOf(element: unknown): Html {
  if (!(element instanceof SvgElement)) throw new Error('the plot was drawn into another document')
  return element.toHtml()
}
