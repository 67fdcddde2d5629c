/** Argument values that are numbers; each refuses with the option's own words. */
import { InvalidArgumentError } from 'commander'
import { MOST_NODES } from '../lab/language/settings.ts'

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || value < least || value > most) {
      throw new InvalidArgumentError(`a whole number from ${least} to ${most} is wanted.`)
    }
    return value
  }
}

export const nodeCount = whole(1, MOST_NODES)
export const jobCount = whole(1, 64)
export const repeatCount = whole(1, 1_000_000)

/** Kept as text, for the lab to read as it reads every setting. */
export function seedText(text: string): string {
  if (!/^\d{1,15}$/.test(text)) throw new InvalidArgumentError('a whole number from 0 is wanted.')
  return text
}

export function patience(text: string): number {
  const value = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || value < 1 || value > 100) throw new InvalidArgumentError('a number from 1 to 100 is wanted.')
  return value
}

/** `1..1000`, or one seed; handed on as text once it is one. */
export function seedRange(text: string): string {
  const match = /^(\d{1,9})(?:\.\.(\d{1,9}))?$/.exec(text)
  if (match === null || Number(match[2] ?? match[1]) < Number(match[1])) {
    throw new InvalidArgumentError('seeds are written A..B, with A at most B.')
  }
  return text
}
