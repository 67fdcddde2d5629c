/**
 * The lab in a pipe: commands from standard input, one a line, each waited for unless it ends in `&`. Answers stand in column 0, events begin with
 * `#`; what is wrong with a line goes to standard error with its number.
 */
import { printable } from '../lab/text-width.ts'
import type { Answer, LabEvent } from '../lab/types.ts'
import { exit, exitOfError, strongestExit } from '../report/outcome.ts'
import type { Scene } from '../stream/scene.ts'
import { answerText, commandWord, eventText, isBackground, isEcho } from '../ui/answer-text.ts'
import { isUsageError, type LabPort } from '../ui/lab-port.ts'
import { summaryLines, tally } from '../ui/prompt-summary.ts'
import { type Context, line } from './context.ts'

/** More commands than this do not wait at once; the next line waits for one of them. */
const MAX_BACKGROUND = 1000

/** The words whose failure makes the whole script fail. */
const judging: readonly string[] = ['expect', 'always', 'check']

export interface LineModeOptions {
  readonly lab: LabPort
  readonly lines: AsyncIterable<string>
  readonly context: Pick<Context, 'stdout' | 'stderr' | 'onInterrupt' | 'exit' | 'attended'>
  readonly locals: ReadonlyMap<string, () => Promise<readonly string[]>>
  /** Aborted when nobody reads the answers any more. */
  readonly deaf: AbortSignal
}

/** Closes the lab; resolves with the exit code. Two ctrl-c in a row leave with 130, one stops what is running. */
export async function runLineMode(options: LineModeOptions): Promise<number> {
  const { lab, context } = options
  const script = new Script(options)
  const off = context.onInterrupt(() => script.interrupt())
  lab.on('event', (event) => script.event(event))
  try {
    const input = options.lines[Symbol.asyncIterator]()
    while (!script.over) {
      const next = await Promise.race([input.next(), script.left])
      if (next === 'left' || next.done === true) break
      await Promise.race([script.take(next.value), script.left])
    }
    await Promise.race([script.settle(), script.left])
  } catch (error) {
    script.broke(error)
  }
  off()
  const { scene } = lab
  await lab.close()
  if (context.attended === true) for (const text of script.summary(scene)) line(context.stderr, text)
  return script.code
}

class Script {
  readonly #options: LineModeOptions
  readonly #background = new Set<Promise<void>>()
  readonly left: Promise<'left'>
  readonly #codes: number[] = []
  readonly #tally = tally(performance.now())
  #leave: (left: 'left') => void = () => {}
  #number = 0
  #running: AbortController | null = null
  #armed = false
  over = false

  constructor(options: LineModeOptions) {
    this.#options = options
    this.left = new Promise((resolve) => {
      this.#leave = resolve
    })
    if (options.deaf.aborted) this.#stop()
    options.deaf.addEventListener('abort', () => this.#stop(), { once: true })
  }

  get code(): number {
    return strongestExit(this.#codes)
  }

  async take(text: string): Promise<void> {
    this.#number++
    this.#armed = false
    const word = commandWord(text)
    if (word === '' || word.startsWith('#')) return
    if (word === 'quit' || word === 'exit') {
      this.over = true
      return
    }
    const local = this.#options.locals.get(text.trim())
    if (local !== undefined) return this.#print(await local())
    if (!isBackground(text)) return this.#run(text, this.#number)
    if (this.#background.size >= MAX_BACKGROUND) await Promise.race(this.#background)
    const running: Promise<void> = this.#run(text, this.#number)
      .catch((error: unknown) => {
        this.broke(error)
        this.#stop()
      })
      .finally(() => this.#background.delete(running))
    this.#background.add(running)
  }

  /** Waits for everything that was sent off with `&`. */
  async settle(): Promise<void> {
    await Promise.all(this.#background)
  }

  interrupt(): void {
    if (this.#armed) {
      this.#codes.push(exit.interrupted)
      this.#stop()
      return
    }
    this.#armed = true
    const running = this.#running !== null
    this.#running?.abort()
    const { stderr, attended } = this.#options.context
    // The terminal has echoed ^C.
    if (attended === true) line(stderr, '')
    line(stderr, running ? 'stopped; ctrl-c again leaves' : 'ctrl-c again leaves')
  }

  /** What a person is told at the end, as after the full screen. */
  summary(scene: Scene): readonly string[] {
    const { folder = null, setup = null, judged = [], again = '' } = this.#options.lab
    return summaryLines({ tally: this.#tally, scene, nowMs: performance.now(), folder, setup, judged, again })
  }

  event(event: LabEvent): void {
    if (event.type === 'fault') this.#tally.faults++
    if (event.failed === true) this.#codes.push(exit.failed)
    const text = isEcho(event) ? null : eventText(event)
    if (text !== null) this.#print([text])
  }

  broke(error: unknown): void {
    this.#codes.push(exitOfError(error))
    line(this.#options.context.stderr, `splitbrain: ${error instanceof Error ? error.message : String(error)}`)
  }

  async #run(text: string, number: number): Promise<void> {
    const abort = new AbortController()
    if (!isBackground(text)) this.#running = abort
    try {
      const stopped = new Promise<null>((resolve) => abort.signal.addEventListener('abort', () => resolve(null), { once: true }))
      const answer = await Promise.race([this.#options.lab.do(text, { signal: abort.signal }), stopped])
      if (answer === null) this.#print(['unknown stopped: no longer waited for; it may still happen'])
      else this.#answered(text, answer)
    } catch (error) {
      if (!isUsageError(error)) throw error
      this.#tally.refused++
      this.#codes.push(exit.usage)
      line(this.#options.context.stderr, `line ${number}: ${error.message}`)
    } finally {
      if (this.#running === abort) this.#running = null
    }
  }

  #answered(text: string, answer: Answer): void {
    this.#tally[answer.status]++
    this.#print(answerText(text, answer).lines)
    // As a comment, so that whoever reads the answers need not know of it.
    if (answer.note !== undefined) this.#print([`# ${printable(answer.note)}`])
    if (answer.status === 'ok' || !judging.includes(commandWord(text))) return
    this.#codes.push(answer.status === 'unknown' ? exit.unknown : exit.failed)
  }

  #print(lines: readonly string[]): void {
    for (const text of lines) line(this.#options.context.stdout, text)
  }

  #stop(): void {
    this.over = true
    this.#running?.abort()
    this.#leave('left')
  }
}
