/** The nearest right word for a wrong one. */
import { nearest } from '../lab/language/nearest.ts'

/** Null when none is near: a far guess is worse than none. */
export function suggest(word: string, words: readonly string[]): string | null {
  // Two letters swapped are the commonest slip, and two edits to a plain distance.
  const letters = [...word].sort().join('')
  const swapped = words.find((one) => [...one].sort().join('') === letters)
  return swapped ?? nearest(word, words) ?? null
}

/** `unknown command "rnu", did you mean run?` */
export function unknownWord(kind: string, word: string, words: readonly string[]): string {
  const near = suggest(word, words)
  return `unknown ${kind} "${word}"${near === null ? '' : `, did you mean ${near}?`}`
}
