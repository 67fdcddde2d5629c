import { CHAOS_FAULTS, type CommandBody, USUAL_CHAOS } from '../ast.ts'
import { type CoreCommand, NO_OPTIONS } from '../command.ts'
import { type ModeWords, modesOf } from '../context.ts'
import type { Cursor } from '../cursor.ts'
import { reject } from '../errors.ts'
import { allSettings, MOST_NODES, modeNamed, readSetting } from '../settings.ts'
import type { ArgSpec } from '../spec.ts'

const NODES: ArgSpec = { name: 'S', kind: 'nodes' }
const LOAD_OPERATIONS = ['put', 'get', 'del', 'cas', 'add', 'mul', 'append']
/** What a load does when nobody says, of those that the mode has. */
const USUAL_MIX: readonly (readonly [string, number])[] = [
  ['put', 40],
  ['get', 50],
  ['cas', 10],
]

function usualMix(mode: ModeWords): readonly (readonly [string, number])[] {
  return USUAL_MIX.filter(([name]) => mode.operations.includes(name))
}

/** The load command as this mode has it: a mix of operations that its clients understand. */
export function withOperations(command: CoreCommand, mode: ModeWords): CoreCommand {
  const names = LOAD_OPERATIONS.filter((name) => mode.operations.includes(name))
  const shown = usualMix(mode)
    .map(([name, weight]) => `${name}:${weight}`)
    .join(',')
  const mended = (text: string): string => text.replace('mix=put:40,get:50,cas:10', `mix=${shown}`)
  return {
    ...command,
    usage: command.usage.map(mended),
    examples: command.examples.map(mended),
    options: command.options.map((option) => (option.name === 'mix' ? { ...option, choices: names } : option)),
  }
}

export const disturbCommands: readonly CoreCommand[] = [
  {
    name: 'clock',
    group: 'clock and disk',
    usage: ['clock S +60s', 'clock S drift=1%', 'clock S ok'],
    help: 'moves clocks, makes them run fast or slow, or sets them right',
    examples: ['clock n1 +60s', 'clock leader drift=-1%', 'clock all ok'],
    args: [NODES, { name: 'JUMP', kind: 'skew', choices: ['ok'], optional: true }],
    options: [{ name: 'drift', kind: 'signed-percent', help: 'time runs this much faster, or slower with -' }],
    parse: clock,
  },
  {
    name: 'disk',
    group: 'clock and disk',
    usage: ['disk S slow=200ms', 'disk S full', 'disk S fail', 'disk S flip', 'disk S ok'],
    help: 'makes disks slow, full, failing, or flips a stored bit; ok repairs slow, full and fail',
    examples: ['disk leader slow=200ms', 'disk n2 full', 'disk n2 ok'],
    args: [NODES, { name: 'FAULT', kind: 'word', choices: ['full', 'fail', 'flip', 'ok'], optional: true }],
    options: [{ name: 'slow', kind: 'duration', max: 60_000, help: 'every sync takes this much longer' }],
    parse: disk,
  },
  {
    name: 'chaos',
    group: 'chaos and load',
    usage: ['chaos start [faults=kill,sleep,cut,one-way,loss,delay] [every=2s] [hold=3s] [keep=majority|none]', 'chaos stop'],
    help: 'faults at random, by the seed, until chaos stop',
    examples: ['chaos start', 'chaos start faults=kill,cut every=2s hold=3s keep=majority', 'chaos stop'],
    args: [{ name: 'WHAT', kind: 'word', choices: ['start', 'stop'] }],
    options: [
      { name: 'faults', kind: 'choices', choices: CHAOS_FAULTS, help: 'which; the first six if not said' },
      { name: 'every', kind: 'duration', min: 50, help: 'a fault this often; 2s if not said' },
      { name: 'hold', kind: 'duration', min: 50, help: 'each lasts this long; 3s if not said' },
      { name: 'keep', kind: 'choice', choices: ['majority', 'none'], help: 'majority: never more than f nodes out at once' },
    ],
    parse: chaos,
  },
  {
    name: 'load',
    group: 'chaos and load',
    usage: ['load start [clients=3] [keys=10] [rate=200/s] [mix=put:40,get:50,cas:10] [timeout=3s]', 'load stop'],
    help: 'clients that ask all the time, with unique values, until load stop',
    examples: ['load start', 'load start clients=3 keys=10 rate=200/s mix=put:40,get:50,cas:10', 'load stop'],
    args: [{ name: 'WHAT', kind: 'word', choices: ['start', 'stop'] }],
    options: [
      { name: 'clients', kind: 'count', min: 1, max: 64, help: 'how many; 3 if not said' },
      { name: 'keys', kind: 'count', min: 1, max: 100_000, help: 'over how many keys; 10 if not said' },
      { name: 'rate', kind: 'ops-rate', help: 'operations a second in all, or max; 200/s if not said' },
      { name: 'mix', kind: 'weights', choices: LOAD_OPERATIONS, help: 'how often which operation' },
      { name: 'timeout', kind: 'duration', min: 1, max: 600_000, help: 'how long each tries; 3s if not said' },
    ],
    parse: load,
  },
  {
    name: 'recover',
    group: 'recovery',
    usage: ['recover'],
    help: 'undoes every fault and waits until the cluster is healthy',
    examples: ['recover'],
    args: [],
    options: NO_OPTIONS,
    parse: () => ({ name: 'recover' }),
  },
  {
    name: 'reset',
    group: 'recovery',
    usage: ['reset [nodes=N] [mode=M] [NAME=VALUE …]'],
    help: 'a fresh cluster and a fresh history, with other settings if you say so',
    examples: ['reset', 'reset nodes=3'],
    args: [{ name: 'NAME=VALUE', kind: 'setting', optional: true }],
    options: NO_OPTIONS,
    reads: 'free',
    parse: reset,
  },
]

function clock(cursor: Cursor): CommandBody {
  const nodes = cursor.nodes(jumps(cursor))
  const drift = cursor.number('drift')
  if (drift !== undefined) return { name: 'clock', nodes, change: { kind: 'drift', fraction: drift } }
  if (cursor.takeWord('ok')) return { name: 'clock', nodes, change: { kind: 'ok' } }
  return { name: 'clock', nodes, change: { kind: 'skew', ms: cursor.skew() } }
}

/** The word where the node set ends: `ok`, or what starts with a sign. */
function jumps(cursor: Cursor): string[] {
  const signed = cursor.line.tokens.filter((token) => token.kind === 'word' && /^[+-]/.test(token.text))
  return ['ok', ...signed.map((token) => (token.kind === 'word' ? token.text : ''))]
}

const DISK_FAULTS = ['full', 'fail', 'flip', 'ok'] as const

function disk(cursor: Cursor): CommandBody {
  const nodes = cursor.nodes(DISK_FAULTS)
  const slow = cursor.number('slow')
  if (slow !== undefined) return { name: 'disk', nodes, change: { kind: 'slow', ms: slow } }
  return { name: 'disk', nodes, change: { kind: cursor.oneOf(DISK_FAULTS) } }
}

function startOrStop(cursor: Cursor): 'start' | 'stop' {
  const column = cursor.column
  const what = cursor.oneOf(['start', 'stop'] as const)
  if (what === 'stop' && Object.keys(cursor.options()).length > 0) reject(`${cursor.spec.name} stop takes no options`, column)
  return what
}

function chaos(cursor: Cursor): CommandBody {
  if (startOrStop(cursor) === 'stop') return { name: 'chaos', change: { kind: 'stop' } }
  const wanted = cursor.list('faults') ?? USUAL_CHAOS
  return {
    name: 'chaos',
    change: {
      kind: 'start',
      faults: CHAOS_FAULTS.filter((fault) => wanted.includes(fault)),
      everyMs: cursor.number('every') ?? 2000,
      holdMs: cursor.number('hold') ?? 3000,
      keep: cursor.text('keep') === 'none' ? 'none' : 'majority',
    },
  }
}

function load(cursor: Cursor): CommandBody {
  if (startOrStop(cursor) === 'stop') return { name: 'load', change: { kind: 'stop' } }
  return {
    name: 'load',
    change: {
      kind: 'start',
      clients: cursor.number('clients') ?? 3,
      keys: cursor.number('keys') ?? 10,
      ratePerSecond: cursor.number('rate') ?? 200,
      mix: cursor.weights('mix') ?? Object.fromEntries(usualMix(cursor.context.mode)),
      timeoutMs: cursor.number('timeout') ?? 3000,
    },
  }
}

function reset(cursor: Cursor): CommandBody {
  const { context } = cursor
  const modeToken = cursor.settings.find(({ name }) => name === 'mode')
  const mode = modeToken === undefined ? context.mode : modeNamed(modesOf(context), modeToken.value, modeToken.valueStart + 1)
  const settings = allSettings(mode, modesOf(context))
  const changes = cursor.settings.map((token) => readSetting(settings, token.name, token.value, token.start + 1, token.valueStart + 1))
  const nodes = changes.find(({ name }) => name === 'nodes')
  return {
    name: 'reset',
    nodes: nodes === undefined ? null : Math.min(Number(nodes.value), MOST_NODES),
    mode: modeToken === undefined ? null : mode.name,
    settings: changes.filter(({ name }) => name !== 'nodes' && name !== 'mode'),
  }
}
