/** Help in place of the body: short, a topic at a time. */
import { textWidth } from '../../../lab/text-width.ts'
import { fitRow, type Row, type Style, span } from '../../style.ts'
import { sign } from '../signs.ts'
import type { Area, BodyView } from '../types.ts'

interface Topic {
  readonly name: string
  readonly lines: readonly (readonly [what: string, means: string])[]
}

const STILL: readonly Topic[] = [
  {
    name: 'start',
    lines: [
      ['put city Oslo', 'writes a key; get city reads it'],
      ['kill leader', 'faults name nodes, or what they are: n3, leader, follower, all'],
      ['recover', 'undoes every fault and waits until it is healthy'],
      ['check', 'was every promise of the store kept?'],
      ['load start', 'clients that write and read all the time; load stop'],
      ['help TOPIC', 'every command, setting and fact in words'],
      ['save FILE', 'what you typed, as a lab that others can run'],
      ['splitbrain top', 'in another terminal: a dashboard of this lab'],
    ],
  },
  {
    name: 'keys',
    lines: [
      ['Tab', 'completes; again for the next candidate'],
      ['right arrow', 'takes the dim text behind the cursor'],
      ['up, down, ctrl-r', 'what was typed before; search in it'],
      ['PgUp, PgDn', 'scroll; End on an empty line: back to now'],
      ['1 to 6', 'views, on an empty line; 1 is the lab'],
      ['Space', 'holds the picture, never the cluster; again lets it go on'],
      ['/', 'shows only what has these words; !word only what has it not'],
      ['Esc', 'to the nodes: arrows choose, k kills, r restarts, s, p, h; i comes back'],
      ['ctrl-c', 'stops the newest command; twice leaves. ctrl-d leaves, ctrl-l repaints'],
    ],
  },
  {
    name: 'faults',
    lines: [
      ['kill, restart', 'the process; powercut also takes what was not synced'],
      ['sleep, wake', 'stands still, as a long pause of the machine would'],
      ['partition, isolate', 'the network; cut A -> B one way; heal'],
      ['link A | B delay=50ms', 'slow, lossy, twice, out of order; link clear'],
      ['clock n2 +60s', 'and disk n2 slow=200ms, full, fail, flip'],
      ['chaos start', 'faults at random, as many as the store promises to survive'],
    ],
  },
]

/** `pictures`: what the signs on the screen mean, with the signs in force. */
function signsTopic(style: Style): Topic {
  const of = (...names: readonly Parameters<typeof sign>[0][]): string => names.map((name) => sign(name, style)).join(' ')
  return {
    name: 'signs',
    lines: [
      [of('lead', 'seek', 'plain'), 'a node that leads, that wants to, that follows'],
      [of('starting', 'asleep', 'dead'), 'starting, asleep, dead'],
      [of('solid', 'hollow', 'lost'), 'an entry of the log: committed, not yet, overwritten; coloured by term'],
      [of('healthy', 'degraded', 'unhealthy'), 'serves; serves with nothing or less to spare; does not serve'],
      [of('fault', 'undone'), 'something was broken, or mended'],
    ],
  }
}

function topicsOf(views: readonly BodyView[], style: Style): readonly Topic[] {
  const listed: Topic = { name: 'views', lines: views.map(({ digit, name, help }) => [`${digit} ${name}`, help] as const) }
  return [...STILL, signsTopic(style), ...(views.length === 0 ? [] : [listed])]
}

export function helpRows(topic: number, views: readonly BodyView[], area: Area, style: Style): readonly Row[] {
  const topics = topicsOf(views, style)
  const at = ((topic % topics.length) + topics.length) % topics.length
  const lines = topics[at]?.lines ?? []
  const width = Math.max(...lines.map(([what]) => textWidth(what))) + 3
  const tabs = topics.flatMap(({ name }, index) => [span(' '), span(` ${name} `, index === at ? 'reverse' : 'dim')])
  const rows: Row[] = [
    tabs,
    [],
    ...lines.map(([what, means]): Row => [span(`  ${what}${' '.repeat(width - textWidth(what))}`, 'bold'), span(means)]),
  ]
  return rows.slice(0, area.rows).map((row) => fitRow(row, area.columns))
}
