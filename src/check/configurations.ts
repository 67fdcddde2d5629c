/** How many of a configuration's bits share one number: thirty keep it a small integer in every engine. */
export const WORD_BITS = 30

/**
 * One way the store may stand just before a return: what it holds, which pending operations have taken effect, which pending
 * plain writes may vanish because another one overwrote them unseen, and how many of each class of unknown ones were used.
 */
export interface Configuration {
  /** Index of the return it stands before. */
  readonly at: number
  readonly state: number
  readonly done: readonly number[]
  readonly hidden: readonly number[]
  readonly used: readonly number[]
  /**
   * 0: free. Otherwise something was done only because somebody is to notice, and nobody has yet: 1 and the number of unknown
   * operations since. It may neither move on nor be overwritten before somebody does.
   */
  readonly promise: number
  /** The action that put the value there, for explanations: an index of a return, or `-2 - class`; -1 for the initial value. */
  readonly writer: number
}

type Seen = Pick<Configuration, 'hidden' | 'used' | 'promise'>

/** A long list would cost more to scan than the search it saves. */
const MAX_COMPARED = 128

/**
 * The configurations met before, by return. One that can do whatever another can, and more, makes the other needless: same
 * value and same operations done, at least as many that may vanish, at most as many unknown ones spent.
 */
export class SeenConfigurations {
  readonly #byReturn = new Map<number, Map<string, Seen[]>>()
  readonly #sizes = new Map<number, number>()
  #floor = 0
  #held = 0

  get held(): number {
    return this.#held
  }

  /** False if this one, or a better one, was met before. */
  add(configuration: Configuration): boolean {
    const { at, state, done, hidden, used, promise } = configuration
    let here = this.#byReturn.get(at)
    if (here === undefined) {
      here = new Map()
      this.#byReturn.set(at, here)
    }
    const key = `${state}/${done.join('.')}`
    const seen = here.get(key)
    if (seen === undefined) here.set(key, [{ hidden, used, promise }])
    else {
      for (let i = Math.max(0, seen.length - MAX_COMPARED); i < seen.length; i++) {
        const other = seen[i]
        if (other !== undefined && other.promise <= promise && covers(other.hidden, hidden) && atMost(other.used, used)) return false
      }
      seen.push({ hidden, used, promise })
    }
    this.#held += 1
    this.#sizes.set(at, (this.#sizes.get(at) ?? 0) + 1)
    return true
  }

  /** Nothing before this return will be met again. */
  forgetBefore(at: number): void {
    for (; this.#floor < at; this.#floor++) {
      this.#held -= this.#sizes.get(this.#floor) ?? 0
      this.#sizes.delete(this.#floor)
      this.#byReturn.delete(this.#floor)
    }
  }
}

function covers(more: readonly number[], less: readonly number[]): boolean {
  for (let i = 0; i < less.length; i++) if (((less[i] ?? 0) & ~(more[i] ?? 0)) !== 0) return false
  return true
}

function atMost(few: readonly number[], many: readonly number[]): boolean {
  for (let i = 0; i < many.length; i++) if ((few[i] ?? 0) > (many[i] ?? 0)) return false
  return true
}

export function hasBit(words: readonly number[], slot: number): boolean {
  return (((words[(slot / WORD_BITS) | 0] ?? 0) >>> (slot % WORD_BITS)) & 1) === 1
}

export function withBit(words: readonly number[], slot: number): number[] {
  const copy = words.slice()
  setBit(copy, slot)
  return copy
}

export function setBit(words: number[], slot: number): void {
  const word = (slot / WORD_BITS) | 0
  words[word] = (words[word] ?? 0) | (1 << (slot % WORD_BITS))
}

export function withoutBit(words: readonly number[], slot: number): readonly number[] {
  if (!hasBit(words, slot)) return words
  const copy = words.slice()
  const word = (slot / WORD_BITS) | 0
  copy[word] = (copy[word] ?? 0) & ~(1 << (slot % WORD_BITS))
  return copy
}

export function sameWords(a: readonly number[], b: readonly number[]): boolean {
  return a.every((word, at) => word === b[at])
}
