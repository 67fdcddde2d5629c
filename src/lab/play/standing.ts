/** Which faults are in force, and what it takes to have them so again after somebody meddled. Pure: `standing-of.ts` looks at the cluster. */
import type { EndpointId } from '../../machine/contract.ts'
import { byNumber } from '../../machine/ids.ts'

export interface NodeStanding {
  readonly id: EndpointId
  readonly state: 'live' | 'asleep' | 'dead'
  /** Its data are gone for good. */
  readonly lost: boolean
  readonly skewMs: number
  /** A fraction: 0.01 is one percent. */
  readonly drift: number
  readonly slowMs: number
  readonly full: boolean
  readonly fail: boolean
}

export interface Standing {
  /** Which cluster it was: a `reset` makes another. */
  readonly cluster: string
  readonly nodes: readonly NodeStanding[]
  /** Lines that would make it again, oldest first: `partition n1 | n2 n3`, `cut n1 -> n2`, `hold …`, `link …`. */
  readonly network: readonly string[]
  /** The command that started it; null: none runs. */
  readonly chaos: string | null
  readonly load: string | null
  readonly settings: Readonly<Record<string, string>>
}

export interface Changes {
  /** `killed n3`, `set n=2`: what the person did, to be read after "you". */
  readonly words: readonly string[]
  /** What puts it back, in order; null where only a fresh cluster can. */
  readonly commands: readonly string[] | null
}

/** Null when all is as it was. */
export function changesBetween(was: Standing, now: Standing): Changes | null {
  const beyond = beyondRepair(was, now)
  if (beyond.length > 0) return { words: beyond, commands: null }
  const parts = [settings(was, now), background('chaos', was, now), background('load', was, now), network(was, now), nodes(was, now)]
  const words = parts.flatMap((part) => part.words)
  return words.length === 0 ? null : { words, commands: parts.flatMap((part) => part.commands) }
}

interface Part {
  readonly words: readonly string[]
  readonly commands: readonly string[]
}

function beyondRepair(was: Standing, now: Standing): readonly string[] {
  if (was.cluster !== now.cluster) return ['reset the cluster']
  const ids = (standing: Standing): readonly EndpointId[] => standing.nodes.map(({ id }) => id)
  const came = ids(now).filter((id) => !ids(was).includes(id))
  const went = ids(was).filter((id) => !ids(now).includes(id))
  const wiped = now.nodes.filter(({ id, lost }) => lost && was.nodes.some((one) => one.id === id && !one.lost)).map(({ id }) => id)
  const told: [string, readonly EndpointId[]][] = [
    ['added', came],
    ['removed', went],
    ['wiped', wiped],
  ]
  return told.flatMap(([word, nodes]) => (nodes.length === 0 ? [] : [`${word} ${nodes.join(' ')}`]))
}

function settings(was: Standing, now: Standing): Part {
  const names = Object.keys(now.settings).filter((name) => was.settings[name] !== now.settings[name])
  return {
    words: names.map((name) => `set ${name}=${now.settings[name]}`),
    commands: names.flatMap((name) => (was.settings[name] === undefined ? [] : [`set ${name}=${was.settings[name]}`])),
  }
}

function background(name: 'chaos' | 'load', was: Standing, now: Standing): Part {
  const [before, after] = [was[name], now[name]]
  if ((before === null) === (after === null)) return { words: [], commands: [] }
  return before === null ? { words: [`started ${name}`], commands: [`${name} stop`] } : { words: [`stopped ${name}`], commands: [before] }
}

/** What ends each kind of network fault, all of that kind at once. */
const ENDS: readonly { readonly of: RegExp; readonly end: string }[] = [
  { of: /^(?:partition|isolate|cut) /, end: 'heal' },
  { of: /^hold /, end: 'release' },
  { of: /^link /, end: 'link clear' },
]

function network(was: Standing, now: Standing): Part {
  const parts = ENDS.map(({ of, end }): Part => {
    const before = was.network.filter((line) => of.test(line))
    const after = now.network.filter((line) => of.test(line))
    const made = after.filter((line) => !before.includes(line))
    const mended = before.filter((line) => !after.includes(line))
    const commands = made.length > 0 ? [end, ...before] : mended
    return { words: [...made.map((line) => `made ${line}`), ...mended.map((line) => `undid ${line}`)], commands }
  })
  return { words: parts.flatMap((part) => part.words), commands: parts.flatMap((part) => part.commands) }
}

/** From a state, to a state: the word for it, and the commands that lead back. */
const STEPS: Readonly<Record<string, { readonly word: (ids: string) => string; readonly back: readonly string[] }>> = {
  'live dead': { word: (ids) => `killed ${ids}`, back: ['restart'] },
  'live asleep': { word: (ids) => `put ${ids} to sleep`, back: ['wake'] },
  'asleep live': { word: (ids) => `woke ${ids}`, back: ['sleep'] },
  'asleep dead': { word: (ids) => `killed ${ids}`, back: ['restart', 'sleep'] },
  'dead live': { word: (ids) => `restarted ${ids}`, back: ['kill'] },
  'dead asleep': { word: (ids) => `restarted ${ids} and put it to sleep`, back: ['kill'] },
}

function nodes(was: Standing, now: Standing): Part {
  const pairs = was.nodes.flatMap((before) => {
    const after = now.nodes.find(({ id }) => id === before.id)
    return after === undefined ? [] : [{ before, after }]
  })
  const words: string[] = []
  const commands: string[] = []
  for (const [step, { word, back }] of Object.entries(STEPS)) {
    const ids = pairs
      .filter(({ before, after }) => `${before.state} ${after.state}` === step)
      .map(({ before }) => before.id)
      .sort(byNumber)
      .join(' ')
    if (ids === '') continue
    words.push(word(ids))
    commands.push(...back.map((command) => `${command} ${ids}`))
  }
  const machines = pairs.flatMap(({ before, after }) => [clockOf(before, after), diskOf(before, after)])
  words.push(...machines.flatMap((part) => part.words))
  // A disk is made sound before the node that stands on it starts.
  return { words, commands: [...machines.flatMap((part) => part.commands), ...commands] }
}

const NOTHING: Part = { words: [], commands: [] }

function clockOf(was: NodeStanding, now: NodeStanding): Part {
  if (was.skewMs === now.skewMs && was.drift === now.drift) return NOTHING
  const { id } = was
  const skew = was.skewMs === 0 ? [] : [`clock ${id} ${was.skewMs > 0 ? '+' : '-'}${Math.abs(was.skewMs)}ms`]
  const drift = was.drift === 0 ? [] : [`clock ${id} drift=${percent(was.drift)}`]
  const steady = now.skewMs === 0 && now.drift === 0
  return { words: [steady ? `set the clock of ${id} right` : `bent the clock of ${id}`], commands: [`clock ${id} ok`, ...skew, ...drift] }
}

function diskOf(was: NodeStanding, now: NodeStanding): Part {
  if (was.slowMs === now.slowMs && was.full === now.full && was.fail === now.fail) return NOTHING
  const { id } = was
  const again = [
    ...(was.slowMs === 0 ? [] : [`disk ${id} slow=${was.slowMs}ms`]),
    ...(was.full ? [`disk ${id} full`] : []),
    ...(was.fail ? [`disk ${id} fail`] : []),
  ]
  const sound = now.slowMs === 0 && !now.full && !now.fail
  return { words: [sound ? `made the disk of ${id} sound` : `damaged the disk of ${id}`], commands: [`disk ${id} ok`, ...again] }
}

function percent(fraction: number): string {
  return `${Number((fraction * 100).toFixed(4))}%`
}
