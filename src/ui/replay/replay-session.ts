/** A recorded run on the real terminal: signals, and a terminal that is restored on every way out. */
import type { ReadStream, WriteStream } from 'node:tty'
import { views } from '../screen/views/index.ts'
import { onTheWayOut } from '../session.ts'
import type { Style } from '../style.ts'
import { TtyTerminal } from '../terminal.ts'
import type { Recording } from './recording.ts'
import { ReplayScreen } from './replay-screen.ts'

export interface ReplaySessionOptions {
  readonly input: ReadStream
  readonly output: WriteStream
  readonly recording: Recording
  readonly atNs: number
  readonly style: Style
  readonly notice: string | null
}

/** Runs until the person leaves. Answers the exit code and where the cursor was; throws what reading the recording threw. */
export async function runReplay(options: ReplaySessionOptions): Promise<{ readonly code: number; readonly cursorNs: number }> {
  const terminal = new TtyTerminal(options.input, options.output)
  const failed: unknown[] = []
  const fail = (error: unknown): void => {
    failed.push(error)
    screen.leave(1)
  }
  const screen = new ReplayScreen(terminal, { ...options, views, failed: fail, now: () => performance.now() })
  const detach = onTheWayOut(screen, terminal, fail)
  try {
    const code = await screen.run()
    if (failed.length > 0) throw failed[0]
    return { code, cursorNs: screen.cursorNs }
  } finally {
    terminal.stop()
    detach()
  }
}
