/** `splitbrain bench start|failover|shim|floor|dynamo|nodes|screen`: measures, prints, promises nothing. */
import { UsageError } from '../src/lab/usage-error.ts'
import { benchDynamo } from './dynamo.ts'
import { benchFailover } from './failover.ts'
import { benchFloor } from './floor.ts'
import { benchNodes } from './nodes.ts'
import { benchScreen } from './screen.ts'
import { benchShim } from './shim.ts'
import { benchStart } from './start.ts'

type Print = (line: string) => void

const BENCHES: Readonly<Record<string, (print: Print) => Promise<void>>> = {
  start: benchStart,
  failover: benchFailover,
  shim: async (print) => {
    const result = await benchShim()
    print(
      `shim      with rules against a bare relay: ${result.againstBare.toFixed(2)} (rounds ${result.againstBareRounds.map(two).join(' ')})`,
    )
    print(
      `          ${Math.round(result.shimRoundTripsPerSecond)} against ${Math.round(result.bareRoundTripsPerSecond)} round trips a second`,
    )
    print(`          p99 while drawing against not: ${result.busyP99.toFixed(2)} (rounds ${result.busyP99Rounds.map(two).join(' ')})`)
    print(`          ${result.busyP99Ms.toFixed(2)} against ${result.idleP99Ms.toFixed(2)} ms`)
  },
  floor: benchFloor,
  dynamo: benchDynamo,
  nodes: benchNodes,
  screen: (print) => benchScreen(print),
}

const two = (ratio: number): string => ratio.toFixed(2)

/** Runs the named ones, or all. Answers the exit code; rejects with UsageError for a name there is not. */
export async function runBench(names: readonly string[], print: Print): Promise<number> {
  const unknown = names.find((name) => !(name in BENCHES))
  if (unknown !== undefined) {
    throw new UsageError(`there is no bench ${unknown}; there are ${Object.keys(BENCHES).join(', ')}`)
  }
  for (const name of names.length === 0 ? Object.keys(BENCHES) : names) await BENCHES[name]?.(print)
  return 0
}
