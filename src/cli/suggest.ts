/** The nearest right word for a wrong one. */
import { closest, distance } from 'fastest-levenshtein'

/** Null when none is near: a far guess is worse than none. */
export function nearest(word: string, words: readonly string[]): string | null {
  if (words.length === 0) return null
  // Two letters swapped are the commonest slip, and two edits to a plain distance.
  const letters = [...word].sort().join('')
  const swapped = words.find((one) => [...one].sort().join('') === letters)
  if (swapped !== undefined) return swapped
  const best = closest(word, words)
  return distance(word, best) <= Math.max(1, Math.floor(best.length / 3)) ? best : null
}

/** `unknown command "rnu", did you mean run?` */
export function unknownWord(kind: string, word: string, words: readonly string[]): string {
  const near = nearest(word, words)
  return `unknown ${kind} "${word}"${near === null ? '' : `, did you mean ${near}?`}`
}
