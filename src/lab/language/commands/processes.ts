import { type CoreCommand, NO_OPTIONS } from '../command.ts'
import type { ArgSpec } from '../spec.ts'

const NODES: ArgSpec = { name: 'S', kind: 'nodes' }

export const processCommands: readonly CoreCommand[] = [
  {
    name: 'kill',
    group: 'processes',
    usage: ['kill S'],
    help: 'kills node processes (SIGKILL); their disks stay',
    examples: ['kill leader', 'kill n1 n2', 'kill random(2)'],
    args: [NODES],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'kill', nodes: cursor.nodes() }),
  },
  {
    name: 'restart',
    group: 'processes',
    usage: ['restart S'],
    help: 'starts nodes again with their disks; live ones are killed first',
    examples: ['restart last', 'restart dead'],
    args: [NODES],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'restart', nodes: cursor.nodes() }),
  },
  {
    name: 'sleep',
    group: 'processes',
    usage: ['sleep S [for=T]'],
    help: 'stops nodes where they are (SIGSTOP), until wake or for a time',
    examples: ['sleep leader', 'sleep n1 n2 for=6s'],
    args: [NODES],
    options: [{ name: 'for', kind: 'duration', min: 1, help: 'wakes them after this time' }],
    parse: (cursor) => ({ name: 'sleep', nodes: cursor.nodes(), forMs: cursor.number('for') ?? null }),
  },
  {
    name: 'wake',
    group: 'processes',
    usage: ['wake S'],
    help: 'lets sleeping nodes go on (SIGCONT)',
    examples: ['wake asleep', 'wake n1'],
    args: [NODES],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'wake', nodes: cursor.nodes() }),
  },
  {
    name: 'powercut',
    group: 'processes',
    usage: ['powercut S [torn]'],
    help: 'kills nodes and loses what was not yet on disk; torn: the last write is cut in the middle',
    examples: ['powercut all', 'powercut n1 torn'],
    args: [NODES, { name: 'torn', kind: 'word', choices: ['torn'], optional: true }],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'powercut', nodes: cursor.nodes(['torn']), torn: cursor.takeWord('torn') }),
  },
  {
    name: 'wipe',
    group: 'processes',
    usage: ['wipe S'],
    help: 'kills nodes and empties their disks; as=amnesiac lets them vote again, which is not safe',
    examples: ['wipe n2', 'wipe n2 as=amnesiac'],
    args: [NODES],
    options: [{ name: 'as', kind: 'choice', choices: ['amnesiac'], help: 'back as if it had never voted: a broken mode, on purpose' }],
    parse: (cursor) => ({ name: 'wipe', nodes: cursor.nodes(), amnesiac: cursor.text('as') === 'amnesiac' }),
  },
]
