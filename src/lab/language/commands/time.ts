import type { CommandBody } from '../ast.ts'
import { type CoreCommand, type Inner, NO_OPTIONS } from '../command.ts'
import type { Cursor } from '../cursor.ts'
import { reject } from '../errors.ts'
import type { ArgSpec } from '../spec.ts'
import { parseCount, parseDuration } from '../units.ts'

const TIME: ArgSpec = { name: 'T', kind: 'duration' }
const COMMAND: ArgSpec = { name: 'CMD', kind: 'command' }
const MOST_TIMES = 10_000

export const timeCommands: readonly CoreCommand[] = [
  {
    name: 'wait',
    group: 'time',
    usage: ['wait T'],
    help: 'waits',
    examples: ['wait 3s'],
    args: [TIME],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'wait', ms: cursor.durationWord() }),
  },
  {
    name: 'at',
    group: 'time',
    usage: ['at T CMD'],
    help: 'waits until T after the block began, then runs the command',
    examples: ['at 3s kill follower'],
    args: [TIME, COMMAND],
    options: NO_OPTIONS,
    reads: 'wraps',
    parse: (_, inner) => ({ name: 'at', ...timed(inner, 'at T CMD') }),
  },
  {
    name: 'after',
    group: 'time',
    usage: ['after T CMD'],
    help: 'goes on at once, and runs the command after T',
    examples: ['after 3s heal'],
    args: [TIME, COMMAND],
    options: NO_OPTIONS,
    reads: 'wraps',
    parse: (_, inner) => ({ name: 'after', ...timed(inner, 'after T CMD') }),
  },
  {
    name: 'every',
    group: 'time',
    usage: ['every T CMD [times=N]', 'every stop'],
    help: 'runs the command again and again, until every stop or the end of the block',
    examples: ['every 2s kill follower times=5', 'every stop'],
    args: [{ ...TIME, choices: ['stop'] }, COMMAND],
    options: [{ name: 'times', kind: 'count', min: 1, max: MOST_TIMES, help: 'so often, then no more' }],
    reads: 'wraps',
    parse: every,
  },
  {
    name: 'await',
    group: 'time',
    usage: ['await C', 'await all'],
    help: 'waits until the pending operations of a client, or all, are answered',
    examples: ['await c2', 'await all'],
    args: [{ name: 'C', kind: 'client', choices: ['all'] }],
    options: NO_OPTIONS,
    parse: (cursor) => ({ name: 'await', client: cursor.takeWord('all') ? null : cursor.client() }),
  },
]

function timed(inner: Inner, usage: string): { ms: number; command: ReturnType<Inner['command']> } {
  const [time, ...rest] = inner.tokens
  if (time === undefined) reject(`a duration is missing: ${usage}`, inner.end + 1)
  const ms = time.kind === 'word' ? parseDuration(time.text) : null
  if (ms === null) reject('here stands a duration: 250ms, 3s or 2m', time.start + 1)
  if (rest.length === 0) reject(`a command is missing: ${usage}`, inner.end + 1)
  return { ms, command: inner.command(rest, time.end + 1) }
}

function every(_: Cursor, inner: Inner): CommandBody {
  const [first] = inner.tokens
  if (first?.kind === 'word' && first.text === 'stop' && inner.tokens.length === 1) return { name: 'every-stop' }
  const counts = inner.tokens.filter((token) => token.kind === 'option' && token.name === 'times')
  const tokens = inner.tokens.filter((token) => !counts.includes(token))
  const { ms, command } = timed({ ...inner, tokens }, 'every T CMD [times=N]')
  if (ms < 1) reject('every needs a time over 0', inner.start + 1)
  const [given, again] = counts
  if (again !== undefined) reject('times= is given twice', again.start + 1)
  if (given?.kind !== 'option') return { name: 'every', ms, times: null, command }
  const times = parseCount(given.value)
  if (times === null || times < 1 || times > MOST_TIMES)
    reject(`times= is a number from 1 to ${MOST_TIMES}, not "${given.value}"`, given.valueStart + 1)
  return { name: 'every', ms, times, command }
}
