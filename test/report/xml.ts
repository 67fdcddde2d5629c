/** A checker of well-formedness, just large enough for what we write: elements, attributes, text and the five entities. Throws where it is not. */
export interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
}

const named: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

export function parseXml(source: string): Element {
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/u.test(source)) throw new Error('a character that XML 1.0 forbids')
  const body = source.replace(/^<\?xml [^?]*\?>\s*/, '')
  const [root, rest] = element(body)
  if (rest.trim() !== '') throw new Error(`after the root: ${rest.slice(0, 40)}`)
  return root
}

function element(source: string): readonly [Element, string] {
  const open = /^<([\w-]+)((?:\s+[\w-]+="[^"<]*")*)\s*(\/?)>/.exec(source)
  if (open === null) throw new Error(`not an element: ${source.slice(0, 60)}`)
  const [whole, name = '', list = '', closed] = open
  const attributes: Record<string, string> = {}
  for (const [, key = '', value = ''] of list.matchAll(/([\w-]+)="([^"<]*)"/g)) {
    if (key in attributes) throw new Error(`${name} has ${key} twice`)
    attributes[key] = decode(value)
  }
  if (closed === '/') return [{ name, attributes, children: [], text: '' }, source.slice(whole.length)]
  let rest = source.slice(whole.length)
  let text = ''
  const children: Element[] = []
  while (!rest.startsWith(`</${name}>`)) {
    if (rest === '') throw new Error(`${name} is never closed`)
    if (rest.startsWith('<')) {
      const [child, after] = element(rest)
      children.push(child)
      rest = after
      continue
    }
    const end = rest.indexOf('<')
    if (end < 0) throw new Error(`${name} is never closed`)
    text += decode(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return [{ name, attributes, children, text }, rest.slice(name.length + 3)]
}

function decode(text: string): string {
  return text.replace(/&([^;]*);?/g, (whole, entity: string) => {
    const code = /^#(\d+)$/.exec(entity)?.[1]
    const char = code === undefined ? named[entity] : String.fromCodePoint(Number(code))
    if (char === undefined || !whole.endsWith(';')) throw new Error(`not an entity: ${whole}`)
    return char
  })
}
