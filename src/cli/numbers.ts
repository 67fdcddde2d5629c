/** Argument values that are numbers; each refuses with the option's own words. */
import { InvalidArgumentError } from 'commander'

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`a whole number from ${least} to ${most} is wanted.`)
    }
    return value
  }
}

/** The language knows n1 to n99. */
export const nodeCount = whole(1, 99)
export const jobCount = whole(1, 64)
export const repeatCount = whole(1, 1_000_000)

/** Seeds are kept as text, so that a long one is not rounded. */
export function seedText(text: string): string {
  if (!/^[\w.-]{1,64}$/.test(text)) throw new InvalidArgumentError('a seed is up to 64 letters and digits.')
  return text
}

export function patience(text: string): number {
  const value = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || value < 1 || value > 100) throw new InvalidArgumentError('a number from 1 to 100 is wanted.')
  return value
}
