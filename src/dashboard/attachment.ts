/** One connection to one lab: who it is, then its snapshots, until it ends. */
import { connect, type Socket } from 'node:net'
import { type Hello, type LabLine, MOST_LINE_BYTES, PROTOCOL, parseLabLine, type Snapshot } from '../lab/attach/protocol.ts'
import { removeSocket } from '../lab/attach/sockets.ts'
import { LineSplitter } from './line-splitter.ts'

/** A lab that says nothing for so long stands still, or is none. */
const HELLO_WITHIN_MS = 2_000

export interface Heard {
  /** First of all, once. */
  hello(hello: Hello): void
  snapshot(snapshot: Snapshot): void
  /** Once, after the last snapshot; not after `close`. `lost`: without a goodbye, as when it was killed. */
  ended(how: 'ended' | 'lost'): void
}

export interface Attached {
  readonly kind: 'attached'
  close(): void
}

export interface Refused {
  readonly kind: 'refused'
  /** What to say to a person. */
  readonly why: string
}

export function attach(path: string, heard: Heard, withinMs = HELLO_WITHIN_MS): Promise<Attached | Refused> {
  return new Promise((resolve) => new Connection(path, heard, resolve).waitFor(withinMs))
}

class Connection {
  readonly #socket: Socket
  readonly #heard: Heard
  readonly #resolve: (outcome: Attached | Refused) => void
  readonly #lines = new LineSplitter(MOST_LINE_BYTES)
  #timer: NodeJS.Timeout | null = null
  #state: 'asking' | 'attached' | 'over' = 'asking'

  constructor(path: string, heard: Heard, resolve: (outcome: Attached | Refused) => void) {
    this.#heard = heard
    this.#resolve = resolve
    this.#socket = connect(path)
    this.#socket.setEncoding('utf8')
    this.#socket.on('data', (text: string) => this.#take(text))
    this.#socket.on('error', (error: NodeJS.ErrnoException) => {
      // Its process has another number's life now: nobody listens there any more.
      if (error.code === 'ECONNREFUSED') removeSocket(path)
      this.#over('lost', `nobody answers at ${path} (${error.code ?? error.message})`)
    })
    this.#socket.on('close', () => this.#over('lost', `${path} closed before it said who it is`))
  }

  waitFor(withinMs: number): void {
    this.#timer = setTimeout(() => this.#over('lost', 'the lab does not answer; is it stopped?'), withinMs)
  }

  #take(text: string): void {
    try {
      for (const line of this.#lines.take(text)) this.#hear(parseLabLine(line))
    } catch (error) {
      this.#over('lost', error instanceof Error ? error.message : String(error))
    }
  }

  #hear(line: LabLine | null): void {
    if (this.#state === 'over' || line === null) return
    switch (line.type) {
      case 'hello':
        this.#greeted(line)
        break
      case 'snapshot':
        if (this.#state === 'attached') this.#heard.snapshot(line)
        break
      case 'busy':
        this.#over('ended', 'the lab has as many dashboards as it takes')
        break
      case 'bye':
        this.#over('ended', 'the lab ended')
    }
  }

  #greeted(hello: Hello): void {
    if (this.#state !== 'asking') return
    if (hello.protocol !== PROTOCOL) {
      this.#over(
        'ended',
        `lab ${hello.pid} is splitbrain ${hello.version}, which speaks protocol ${hello.protocol}; this top speaks ${PROTOCOL}`,
      )
      return
    }
    this.#calm()
    this.#state = 'attached'
    this.#heard.hello(hello)
    this.#resolve({ kind: 'attached', close: () => this.#end() })
  }

  #over(how: 'ended' | 'lost', why: string): void {
    const before = this.#state
    this.#end()
    if (before === 'asking') this.#resolve({ kind: 'refused', why })
    if (before === 'attached') this.#heard.ended(how)
  }

  #end(): void {
    this.#state = 'over'
    this.#calm()
    this.#socket.destroy()
  }

  #calm(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }
}
