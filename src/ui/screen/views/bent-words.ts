/** Bent links told in few lines: `n1 n2 ↔ n3 n4 n5  cut` instead of twelve. */
import type { EndpointId } from '../../../machine/contract.ts'
import type { BentLink } from '../../../stream/events.ts'
import type { Style, Tone } from '../../style.ts'
import { byName } from './names.ts'

export interface BentLine {
  readonly from: readonly EndpointId[]
  readonly to: readonly EndpointId[]
  /** One way, or both; `among each other` where `to` is empty. */
  readonly arrow: string
  readonly words: string
  readonly tone: Tone
}

/** More than this the eye does not read; the matrix shows them all. */
const MOST_LINKS = 5_000

/** Whom each suffers it with. */
type Ties = ReadonlyMap<EndpointId, readonly EndpointId[]>

/** Cuts first, what goes both ways before what goes one way. Who suffers the same with the same others is told in one line. */
export function bentWords(bent: readonly BentLink[], style: Style): readonly BentLine[] {
  const byWords = new Map<string, BentLink[]>()
  for (const link of bent.slice(0, MOST_LINKS)) byWords.set(link.words, [...(byWords.get(link.words) ?? []), link])
  const lines = [...byWords].flatMap(([words, links]) => linesOf(words, links, style))
  return lines.sort((a, b) => Number(b.tone === 'bad') - Number(a.tone === 'bad'))
}

function linesOf(words: string, links: readonly BentLink[], { ascii }: Style): readonly BentLine[] {
  const there = new Set(links.map(({ from, to }) => `${from}>${to}`))
  const returned = (link: BentLink): boolean => there.has(`${link.to}>${link.from}`)
  const tone = links.some(({ cut }) => cut) ? 'bad' : 'warn'
  const one = (from: readonly EndpointId[], to: readonly EndpointId[], arrow: string, said: string): BentLine => ({
    from,
    to,
    arrow,
    words: said,
    tone,
  })
  const both = undirected(tiesOf(links.filter(returned))).map(([from, to]) =>
    one(from, to, to.length === 0 ? 'among each other' : ascii ? '<->' : '↔', words),
  )
  const single = sidesOf(tiesOf(links.filter((link) => !returned(link))))
  const oneWay = single.map(([from, to]) => one(from, to, ascii ? '->' : '→', tone === 'bad' ? `${words}, this way only` : words))
  return [...both, ...oneWay]
}

function tiesOf(links: readonly BentLink[]): Ties {
  const ties = new Map<EndpointId, EndpointId[]>()
  for (const { from, to } of links) {
    const others = ties.get(from)
    if (others === undefined) ties.set(from, [to])
    else others.push(to)
  }
  for (const others of ties.values()) others.sort(byName)
  return ties
}

type Sides = readonly [from: readonly EndpointId[], to: readonly EndpointId[]]

/** Those with the same others stand on one side. */
function sidesOf(ties: Ties): readonly Sides[] {
  const sides = new Map<string, [EndpointId[], readonly EndpointId[]]>()
  for (const [from, to] of ties) {
    const side = sides.get(to.join()) ?? [[], to]
    side[0].push(from)
    sides.set(to.join(), side)
  }
  for (const [from] of sides.values()) from.sort(byName)
  return [...sides.values()]
}

/** Each pair of sides once. Those who are all tied with each other and with nobody else are one side without another. */
function undirected(ties: Ties): readonly Sides[] {
  const clubs = new Map<string, number>()
  const clubOf = ([from, to]: readonly [EndpointId, readonly EndpointId[]]): string => [from, ...to].sort(byName).join()
  for (const tie of ties) clubs.set(clubOf(tie), (clubs.get(clubOf(tie)) ?? 0) + 1)
  const whole = (tie: readonly [EndpointId, readonly EndpointId[]]): boolean =>
    tie[1].length > 1 && clubs.get(clubOf(tie)) === tie[1].length + 1
  const among = [...new Set([...ties].filter(whole).map(clubOf))].map((club): Sides => [club.split(','), []])
  const told = new Set<string>()
  const pairs: Sides[] = []
  for (const [from, to] of sidesOf(new Map([...ties].filter((tie) => !whole(tie))))) {
    // Where the other side does not see it so, some of its pairs are told again: a little more than needed, never less.
    if (told.has(`${to.join()} ${from.join()}`)) continue
    told.add(`${from.join()} ${to.join()}`)
    pairs.push([from, to])
  }
  return [...among, ...pairs]
}
