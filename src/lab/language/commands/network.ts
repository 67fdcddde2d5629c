import type { LinkBend, PartitionShape, SetExpr, Topology } from '../ast.ts'
import { type CoreCommand, NO_OPTIONS } from '../command.ts'
import type { Cursor } from '../cursor.ts'
import { reject } from '../errors.ts'
import { listNodes } from '../sets.ts'
import type { OptionSpec } from '../spec.ts'

const TOPOLOGIES: readonly Topology[] = ['halves', 'bridge', 'ring']

const BENDS: readonly OptionSpec[] = [
  { name: 'delay', kind: 'duration', max: 60_000, help: 'every datagram takes this much longer' },
  { name: 'jitter', kind: 'duration', max: 60_000, help: 'give or take so much, at random' },
  { name: 'shape', kind: 'choice', choices: ['uniform', 'exp'], help: 'exp: each delay is drawn, exponential, with delay as its mean' },
  { name: 'loss', kind: 'percent', help: 'so many are lost' },
  { name: 'dup', kind: 'percent', help: 'so many arrive twice' },
  { name: 'reorder', kind: 'percent', help: 'so many wait until the next has passed' },
  { name: 'corrupt', kind: 'percent', help: 'so many arrive with a byte changed' },
  { name: 'rate', kind: 'bit-rate', help: 'no more than this passes; 0 is no limit' },
]

export const networkCommands: readonly CoreCommand[] = [
  {
    name: 'partition',
    group: 'network',
    usage: ['partition A B | C D', 'partition halves|bridge|ring'],
    help: 'parts the network into groups that hear only their own; replaces the last partition',
    examples: ['partition n1 n2 | rest', 'partition leader c0 | rest c1', 'partition halves'],
    args: [{ name: 'GROUPS', kind: 'groups', choices: TOPOLOGIES }],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'partition', shape: shape(cursor) }),
  },
  {
    name: 'isolate',
    group: 'network',
    usage: ['isolate S'],
    help: 'cuts each of these nodes from everyone',
    examples: ['isolate leader'],
    args: [{ name: 'S', kind: 'nodes' }],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'isolate', nodes: cursor.nodes() }),
  },
  {
    name: 'cut',
    group: 'network',
    usage: ['cut A | B', 'cut A -> B'],
    help: 'cuts links, both ways or one way; adds to what is cut',
    examples: ['cut n1 | n2 n3', 'cut leader -> rest'],
    args: [{ name: 'LINK', kind: 'groups' }],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'cut', link: linkOf(cursor) }),
  },
  {
    name: 'heal',
    group: 'network',
    usage: ['heal'],
    help: 'joins what partition, isolate and cut parted',
    examples: ['heal'],
    args: [],
    options: NO_OPTIONS,
    parse: () => ({ name: 'heal' }),
  },
  {
    name: 'hold',
    group: 'network',
    usage: ['hold A -> B', 'hold A | B'],
    help: 'keeps datagrams back until release: stale messages',
    examples: ['hold leader -> n3'],
    args: [{ name: 'LINK', kind: 'groups' }],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'hold', link: linkOf(cursor) }),
  },
  {
    name: 'release',
    group: 'network',
    usage: ['release'],
    help: 'delivers what hold kept back',
    examples: ['release'],
    args: [],
    options: NO_OPTIONS,
    parse: () => ({ name: 'release' }),
  },
  {
    name: 'link',
    group: 'network',
    usage: ['link A | B delay=50ms jitter=10ms shape=exp loss=5% dup=1% reorder=2% corrupt=1% rate=1mbit', 'link A -> B …', 'link clear'],
    help: 'bends links: delay, loss and the like; link clear straightens all',
    examples: ['link n1 | rest delay=50ms jitter=10ms', 'link leader -> n2 loss=5%', 'link clear'],
    args: [{ name: 'LINK', kind: 'groups', choices: ['clear'] }],
    options: BENDS,
    parse: (cursor) => ({ name: 'link', change: cursor.takeWord('clear') ? { kind: 'clear' } : bendOf(cursor) }),
  },
]

function shape(cursor: Cursor): PartitionShape {
  const topology = TOPOLOGIES.find((one) => cursor.takeWord(one))
  if (topology !== undefined) return { kind: 'named', topology }
  const groups = [cursor.group()]
  while (!cursor.atEnd) {
    const bar = cursor.next('|')
    if (bar.kind !== 'operator' || bar.text !== '|') reject('groups are parted by |', bar.start + 1)
    groups.push(cursor.group())
  }
  if (groups.length < 2) reject('a partition needs two groups or more', cursor.column, `partition ${groups[0]?.text ?? 'n1'} | rest`)
  neverTwice(groups)
  everyNode(groups, cursor)
  return { kind: 'groups', groups }
}

/** What can be seen in the text alone; choices and variables are checked when the command runs. */
function neverTwice(groups: readonly SetExpr[]): void {
  const owner = new Map<string, number>()
  for (const [index, group] of groups.entries()) {
    for (const item of group.items) {
      const name =
        item.kind === 'node' || item.kind === 'client' ? item.id : item.kind === 'leader' || item.kind === 'rest' ? item.kind : null
      if (name === null) continue
      const other = owner.get(name)
      if (other !== undefined && other !== index) reject(`${name} is in two groups`, group.column)
      owner.set(name, index)
    }
  }
}

function everyNode(groups: readonly SetExpr[], cursor: Cursor): void {
  const { nodes } = cursor.context
  const items = groups.flatMap((group) => group.items)
  if (nodes === undefined || items.some((item) => item.kind !== 'node' && item.kind !== 'client')) return
  const named = new Set(items.map((item) => ('id' in item ? item.id : '')))
  const left = nodes.filter((id) => !named.has(id))
  if (left.length === 0) return
  const text = `partition ${groups.map((group) => group.text).join(' | ')} | rest`
  reject(`${listNodes(left)} ${left.length === 1 ? 'is' : 'are'} in no group`, cursor.column, text.length > 60 ? '| rest' : text)
}

function linkOf(cursor: Cursor): ReturnType<Cursor['link']> {
  const link = cursor.link()
  neverTwice([link.from, link.to])
  return link
}

function bendOf(cursor: Cursor): { kind: 'bend'; link: ReturnType<Cursor['link']>; bend: LinkBend } {
  const link = linkOf(cursor)
  const named = {
    delayMs: 'delay',
    jitterMs: 'jitter',
    loss: 'loss',
    duplicate: 'dup',
    reorder: 'reorder',
    corrupt: 'corrupt',
    rate: 'rate',
  }
  const bend: Record<string, number | string> = {}
  for (const [field, option] of Object.entries(named)) {
    const value = cursor.number(option)
    if (value !== undefined) bend[field] = value
  }
  const shape = cursor.text('shape')
  if (shape !== undefined) bend.shape = shape
  if (Object.keys(bend).length === 0) {
    const sign = link.oneWay ? '->' : '|'
    const options = BENDS.map(({ name }) => `${name}=`).join(' ')
    reject(`how? Say one or more of ${options}`, cursor.column, `link ${link.from.text} ${sign} ${link.to.text} delay=50ms`)
  }
  return { kind: 'bend', link, bend }
}
