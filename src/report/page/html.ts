/** HTML as a value: what is put into a template is escaped, unless it is HTML itself. What comes out is well-formed XML too. */
export class Html {
  readonly source: string

  constructor(source: string) {
    this.source = source
  }
}

export type Part = string | number | Html | null | readonly Part[]

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** Right in text and in quoted attributes. Characters that no document may hold are shown as such. */
export function escapeHtml(text: string): string {
  return text
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replace(/[&<>"']/g, (char) => entities[char] ?? char)
}

export function html(literals: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(literals.map((literal, at) => literal + written(parts[at] ?? null)).join(''))
}

function written(part: Part): string {
  if (part === null) return ''
  if (part instanceof Html) return part.source
  if (typeof part === 'object') return part.map(written).join('')
  return escapeHtml(String(part))
}

/** Values as JSON inside a script element: no `<` can end it. */
export function jsonInScript(value: unknown): Html {
  return new Html(JSON.stringify(value).replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029'))
}

export const NOTHING = new Html('')

/** Of what was told or typed; an answer may hold 64 kB. Characters. */
export const LONGEST_LINE = 400

/** At most so many characters, with a sign that there was more. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`
}

/** A name as part of an id that links can point to. */
export function slug(name: string): string {
  return name.replace(/[^\w-]+/g, '-')
}
