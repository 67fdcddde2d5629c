/**
 * `splitbrain top` on a terminal. A bundle of its own, since blessed is CommonJS and finds its files beside it. It is loaded by the command line and
 * runs in that process, which is another one than the lab's.
 */
import type { ReadStream, WriteStream } from 'node:tty'
import type { Style } from '../ui/style.ts'
import { Board } from './board.ts'
import type { Target } from './finding.ts'
import { Follower, type View } from './follower.ts'

export interface DashboardOptions {
  readonly input: ReadStream
  readonly output: WriteStream
  readonly folder: string
  readonly target: Target
  /** Wait for a lab where none is running. */
  readonly wait: boolean
  readonly style: Style
}

export interface Left {
  readonly code: number
  /** One line for the terminal that is as it was. */
  readonly words: string
}

/** As a shell reports a signal: 128 and its number. */
const signals = { SIGINT: 130, SIGHUP: 129, SIGTERM: 143 } as const
const ENVIRONMENT = 3
/** A lab that is busy may miss a snapshot or two. */
const SILENT_MS = 2_500
const LOOK_MS = 1_000

export async function runDashboard(options: DashboardOptions): Promise<Left> {
  let board: Board | null = null
  let paused: View | null = null
  const now = (): number => performance.now()
  const draw = (view: View): void => {
    const { hello, snapshot, phase, note, heardMs } = paused ?? view
    const silentMs = phase === 'attached' && paused === null ? now() - heardMs : 0
    const silentSeconds = silentMs > SILENT_MS ? Math.floor(silentMs / 1_000) : 0
    if (view.snapshot !== null) board?.hear(view.snapshot)
    board?.show({ hello, picture: snapshot?.picture ?? null, note, silentSeconds, paused: paused !== null })
  }
  const follower = new Follower({ folder: options.folder, target: options.target, now, changed: draw })
  const missing = await follower.find()
  if (missing !== null && !options.wait) return { code: ENVIRONMENT, words: missing }
  const left = new Promise<Left>((resolve) => {
    const leave = (code: number, words: string): void => resolve({ code, words })
    onTheWayOut(() => board?.close(), leave)
    const pause = (): void => {
      paused = paused === null ? follower.view : null
      draw(follower.view)
    }
    board = new Board({ ...options, leave: () => leave(0, farewell(follower.view)), pause })
  })
  draw(follower.view)
  if (missing !== null) follower.wait('waiting for a lab; start one with splitbrain in another terminal')
  // A lab that stands still sends nothing: to say so takes a clock.
  const timer = setInterval(() => draw(follower.view), LOOK_MS)
  const result = await left
  clearInterval(timer)
  follower.close()
  closed(board)
  return result
}

/** TypeScript does not see that the promise has set it. */
function closed(board: Board | null): void {
  board?.close()
}

/** Before blessed listens: its own handler hides the error behind one of its own. */
function onTheWayOut(restore: () => void, leave: (code: number, words: string) => void): void {
  const broke = (error: unknown): void => {
    restore()
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error)
    process.stderr.write(`splitbrain top: ${words}\n`)
    process.exit(1)
  }
  process.on('uncaughtException', broke).on('unhandledRejection', broke)
  for (const [signal, code] of Object.entries(signals)) process.on(signal, () => leave(code, 'splitbrain top: stopped'))
}

function farewell({ hello, snapshot, phase, note }: View): string {
  if (hello === null) return 'splitbrain top: no lab came'
  if (phase === 'waiting') return `splitbrain top: ${note ?? 'the lab has ended'}`
  const health = snapshot?.picture.observed?.state ?? 'starting'
  return `splitbrain top: lab ${hello.pid} (${hello.mode}, ${hello.nodes} nodes) is ${health} and runs on`
}
