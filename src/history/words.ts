/** Words that come again and again: each is kept once, under a number from 1. 0 stands for none. */
export class Words {
  readonly #numbers = new Map<string, number>()
  readonly #words: (string | undefined)[] = [undefined]

  number(word: string | null | undefined): number {
    if (word === null || word === undefined) return 0
    const known = this.#numbers.get(word)
    if (known !== undefined) return known
    const number = this.#words.length
    this.#words.push(word)
    this.#numbers.set(word, number)
    return number
  }

  /** Undefined for 0. */
  word(number: number): string | undefined {
    return this.#words[number]
  }
}
