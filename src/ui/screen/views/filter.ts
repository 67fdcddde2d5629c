/** `/vote n3 !append`: words that all must occur, and with a mark before them must not. An endpoint's name is meant whole: `n1` is not `n12`. */

interface Wanted {
  readonly word: string
  readonly not: boolean
  readonly name: boolean
}

export type Filter = (names: readonly string[], text: string) => boolean

const MOST_WORDS = 16

/** A test of what a row names and says, null where everything is wanted. Case does not matter. */
export function filterOf(typed: string): Filter | null {
  const wanted = typed
    .toLowerCase()
    .split(/\s+/)
    .map((word): Wanted => {
      const not = word.startsWith('!')
      const bare = not ? word.slice(1) : word
      return { word: bare, not, name: /^[a-z]\d+$/.test(bare) }
    })
    .filter(({ word }) => word !== '')
    .slice(0, MOST_WORDS)
  if (wanted.length === 0) return null
  return (names, text) => {
    const low = text.toLowerCase()
    return wanted.every(({ word, not, name }) => (name ? names.includes(word) || mentions(low, word) : low.includes(word)) !== not)
  }
}

/** A name inside of a sentence: `cut n1 -> n3` mentions n3, `n31` does not. */
function mentions(text: string, name: string): boolean {
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + 1)) {
    if (!isWordChar(text[at - 1]) && !isWordChar(text[at + name.length])) return true
  }
  return false
}

function isWordChar(char: string | undefined): boolean {
  return char !== undefined && /[a-z0-9]/.test(char)
}

/** For a title: what is filtered for, nothing if nothing is. */
export function filterWords(typed: string): string {
  return typed.trim() === '' ? '' : `only /${typed.trim()}`
}
