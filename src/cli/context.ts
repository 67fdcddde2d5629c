/** The world a command sees: streams, environment, rooms. Tests bring their own. */
import type { Readable } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import { EnvironmentFailure } from '../host/failure.ts'
import { exit } from '../report/outcome.ts'
import type { Rooms } from './rooms.ts'

export interface Output {
  write(text: string): unknown
}

export interface Context {
  readonly stdin: Readable
  readonly stdout: Output
  readonly stderr: Output
  readonly env: Readonly<Record<string, string | undefined>>
  /** Both ends, when both are a terminal that can do more than print. */
  readonly terminal: { readonly input: ReadStream; readonly output: WriteStream } | null
  readonly rooms: Partial<Rooms>
  /** Somebody types the input and reads the errors, with the terminal echoing between them. Absent: nobody. */
  readonly attended?: boolean
  /** Aborted when standard output has no reader any more. */
  readonly deaf: AbortSignal
  /** Calls back at each ctrl-c until the answer is called. */
  onInterrupt(listener: () => void): () => void
  /** For ctrl-c twice, when nothing else will do. */
  exit(code: number): void
}

export function room<Name extends keyof Rooms>(context: Context, name: Name): Rooms[Name] {
  const found = context.rooms[name]
  if (found === undefined) throw new EnvironmentFailure(`this build cannot do that: it has no ${name}`)
  // A Partial's member without undefined is the member; TypeScript does not see it through the index.
  return found as Rooms[Name]
}

/** Whoever reads with their ears, or has asked for no colours, gets one line an event instead of a picture that changes. */
export function wantsLines({ NO_COLOR, INK_SCREEN_READER }: Context['env']): boolean {
  return (NO_COLOR ?? '') !== '' || INK_SCREEN_READER === 'true'
}

export function line(output: Output, text: string): void {
  output.write(`${text}\n`)
}

/**
 * Work that has nothing to put in order: ctrl-c ends the waiting with 130, and the end of this process ends the work, its threads and its nodes.
 */
export async function untilInterrupt(context: Context, work: () => Promise<number>): Promise<number> {
  let off = (): void => {}
  const interrupted = new Promise<number>((resolve) => {
    off = context.onInterrupt(() => {
      line(context.stderr, 'stopped; what is printed above stands')
      resolve(exit.interrupted)
    })
  })
  try {
    return await Promise.race([work(), interrupted])
  } finally {
    off()
  }
}

/** An AbortSignal that ctrl-c aborts; a second one leaves at once. */
export async function interruptible<T>(context: Context, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  const off = context.onInterrupt(() => {
    if (abort.signal.aborted) context.exit(130)
    abort.abort()
    line(context.stderr, 'stopping; ctrl-c again leaves at once')
  })
  try {
    return await work(abort.signal)
  } finally {
    off()
  }
}
