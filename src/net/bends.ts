/** Link rules other than cut and hold, as people give them: which links, which values. The last one given wins, value by value. */
import type { EndpointId } from '../machine/contract.ts'
import { PlanError } from './plan-error.ts'
import { linksWithout, type Sides, sidesWithout, textOf } from './shuts.ts'
import { type DelayShape, type LinkRules, OPEN_LINK } from './types.ts'

export type BendRules = Omit<LinkRules, 'cut' | 'hold'>
type BendName = keyof BendRules
type Amount = Exclude<BendName, 'shape'>

/** The longest delay or jitter, milliseconds: an hour is a typing error. */
const LONGEST_MS = 600_000

/** Each value's word in the command language, its bounds, and how it is written. */
const AMOUNTS: readonly { name: Amount; word: string; most: number; text: (value: number) => string }[] = [
  { name: 'delayMs', word: 'delay', most: LONGEST_MS, text: (value) => `${tidy(value)}ms` },
  { name: 'jitterMs', word: 'jitter', most: LONGEST_MS, text: (value) => `${tidy(value)}ms` },
  { name: 'loss', word: 'loss', most: 1, text: percent },
  { name: 'duplicate', word: 'dup', most: 1, text: percent },
  { name: 'reorder', word: 'reorder', most: 1, text: percent },
  { name: 'corrupt', word: 'corrupt', most: 1, text: percent },
  { name: 'rate', word: 'rate', most: 1e12, text: bitsPerSecond },
]

const SHAPES: readonly DelayShape[] = ['uniform', 'exp']
const NAMES: readonly BendName[] = [...AMOUNTS.map(({ name }) => name), 'shape']

export interface Bend {
  /** What the person named, for descriptions. */
  readonly sides: Sides
  /** The directed links, as `from>to`. */
  readonly links: ReadonlySet<string>
  readonly rules: Partial<BendRules>
}

/** Throws PlanError when a value is out of bounds or there is none. */
export function checkBend(rules: Partial<BendRules>): void {
  const given = AMOUNTS.filter(({ name }) => rules[name] !== undefined)
  if (given.length === 0 && rules.shape === undefined) {
    throw new PlanError('bad-rule', `link needs one of ${AMOUNTS.map(({ word }) => word).join(' ')} shape`)
  }
  if (rules.shape !== undefined && !SHAPES.includes(rules.shape)) throw new PlanError('bad-rule', `shape must be ${SHAPES.join(' or ')}`)
  for (const { name, word, most, text } of given) {
    const value = rules[name] ?? 0
    if (!(value >= 0 && value <= most)) throw new PlanError('bad-rule', `${word} must be from ${text(0)} to ${text(most)}`)
  }
}

export class Bends {
  #list: Bend[] = []

  /** Adds a bend, and drops each value that a later one replaces everywhere, and each zero (or `uniform`) that takes nothing back: the list never outgrows the links. */
  add(bend: Bend): void {
    const last = this.#list.at(-1)
    const all =
      last !== undefined && textOf(last.sides) === textOf(bend.sides)
        ? [...this.#list.slice(0, -1), { ...bend, rules: { ...last.rules, ...bend.rules } }]
        : [...this.#list, bend]
    const effective = all.map((one, at) => keep(one, (name, link) => !all.slice(at + 1).some((later) => says(later, name, link))))
    this.#list = []
    for (const one of effective) {
      const earlier = this.#list
      const needed = keep(one, (name, link) => bends(one, name) || earlier.some((other) => says(other, name, link)))
      if (Object.keys(needed.rules).length > 0) this.#list.push(needed)
    }
  }

  /** No link of this endpoint is bent any more. */
  remove(id: EndpointId): void {
    this.#list = this.#list.flatMap((bend) => {
      const links = linksWithout(bend.links, id)
      if (links.size === 0) return []
      return [links.size === bend.links.size ? bend : { ...bend, sides: sidesWithout(bend.sides, id), links }]
    })
  }

  clear(): void {
    this.#list = []
  }

  rules(from: EndpointId, to: EndpointId): BendRules {
    const link = `${from}>${to}`
    let rules: BendRules = OPEN_LINK
    for (const bend of this.#list) if (bend.links.has(link)) rules = { ...rules, ...bend.rules }
    return rules
  }

  get any(): boolean {
    return this.#list.some((bend) => NAMES.some((name) => bends(bend, name)))
  }

  /** `link n1 | n2 delay=50ms loss=5%`, oldest first. */
  describe(): string[] {
    return this.#list.map(({ sides, rules }) => {
      const values = AMOUNTS.flatMap(({ name, word, text }) => (rules[name] === undefined ? [] : [`${word}=${text(rules[name])}`]))
      const shape = rules.shape === undefined ? [] : [`shape=${rules.shape}`]
      return `link ${textOf(sides)} ${[...values, ...shape].join(' ')}`
    })
  }
}

/** It makes a straight link otherwise, rather than taking back what an earlier bend did. */
function bends(bend: Bend, name: BendName): boolean {
  return bend.rules[name] !== undefined && bend.rules[name] !== OPEN_LINK[name]
}

function says(bend: Bend, name: BendName, link: string): boolean {
  return bend.rules[name] !== undefined && bend.links.has(link)
}

/** The bend with those of its values that matter on some link. */
function keep(bend: Bend, matters: (name: BendName, link: string) => boolean): Bend {
  const names = NAMES.filter((name) => bend.rules[name] !== undefined && [...bend.links].some((link) => matters(name, link)))
  return { ...bend, rules: Object.fromEntries(names.map((name) => [name, bend.rules[name]])) }
}

function tidy(value: number): string {
  return String(Number(value.toFixed(4)))
}

function percent(value: number): string {
  return `${tidy(value * 100)}%`
}

function bitsPerSecond(bytes: number): string {
  const bits = bytes * 8
  if (bits >= 1e6) return `${tidy(bits / 1e6)}mbit`
  return bits >= 1e3 ? `${tidy(bits / 1e3)}kbit` : `${tidy(bits)}bit`
}
