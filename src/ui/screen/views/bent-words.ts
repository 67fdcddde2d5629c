/** Bent links told in few lines: `n1 n2 ↔ n3 n4 n5  cut` instead of twelve. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { BentLink } from '../../../stream/events.ts'
import type { Style, Tone } from '../../style.ts'

export interface BentLine {
  readonly from: readonly EndpointId[]
  readonly to: readonly EndpointId[]
  /** One way, or both; `among each other` where `to` is empty. */
  readonly arrow: string
  readonly words: string
  readonly tone: Tone
}

interface Group {
  readonly words: string
  readonly cut: boolean
  readonly from: EndpointId[]
  /** Empty: those in `from`, each to all the others. */
  readonly to: readonly EndpointId[]
}

/** More than this the eye does not read; the matrix shows them all. */
const MOST_LINKS = 5_000

/** Cuts first. Senders with the same words to the same receivers are one line, and so are both ways, and those who suffer it among themselves. */
export function bentWords(bent: readonly BentLink[], { ascii }: Style): readonly BentLine[] {
  const groups = grouped(bent.slice(0, MOST_LINKS))
  const places = new Map(groups.map((group, i) => [sides(group.from, group.to, group.words), i]))
  const [oneWay, bothWays] = ascii ? ['->', '<->'] : ['→', '↔']
  const lines = groups.flatMap(({ from, to, words, cut }, i): readonly BentLine[] => {
    const tone = cut ? 'bad' : 'warn'
    if (to.length === 0) return [{ from, to, arrow: 'among each other', words, tone }]
    const back = places.get(sides(to, from, words))
    if (back === undefined) return [{ from, to, arrow: oneWay, words: cut ? 'cut, this way only' : words, tone }]
    // Of two ways the first one is told; the second is that one's way back.
    return back < i ? [] : [{ from, to, arrow: bothWays, words, tone }]
  })
  return lines.sort((a, b) => Number(b.tone === 'bad') - Number(a.tone === 'bad'))
}

function sides(from: readonly EndpointId[], to: readonly EndpointId[], words: string): string {
  return `${from.join()}>${to.join()} ${words}`
}

function grouped(bent: readonly BentLink[]): readonly Group[] {
  const senders = new Map<string, { readonly from: EndpointId; readonly words: string; readonly cut: boolean; readonly to: EndpointId[] }>()
  for (const { from, to, words, cut } of bent) {
    const key = `${from} ${words}`
    const sender = senders.get(key) ?? { from, words, cut, to: [] }
    sender.to.push(to)
    senders.set(key, sender)
  }
  const all = [...senders.values()].map((sender) => ({ ...sender, to: sender.to.sort(byName) }))
  const clubs = new Map<string, number>()
  const clubOf = ({ from, to, words }: (typeof all)[number]): string => `${[from, ...to].sort(byName).join()} ${words}`
  for (const sender of all) clubs.set(clubOf(sender), (clubs.get(clubOf(sender)) ?? 0) + 1)
  const groups = new Map<string, Group>()
  for (const sender of all) {
    const club = sender.to.length > 1 && clubs.get(clubOf(sender)) === sender.to.length + 1
    const key = club ? `among ${clubOf(sender)}` : sides([], sender.to, sender.words)
    const group = groups.get(key) ?? { words: sender.words, cut: sender.cut, from: [], to: club ? [] : sender.to }
    group.from.push(sender.from)
    groups.set(key, group)
  }
  for (const { from } of groups.values()) from.sort(byName)
  return [...groups.values()]
}

function byName(a: EndpointId, b: EndpointId): number {
  return a.localeCompare(b, 'en', { numeric: true })
}
