import type { EndpointId, OperationResult } from '../machine/contract.ts'
import { completionEvent, invokeEvent } from './entries.ts'
import { EventColumns } from './event-columns.ts'
import { type Operation, pairOperations } from './operations.ts'
import { Processes } from './processes.ts'
import type { FaultEvent, HistoryEvent, Request } from './types.ts'

/** Whoever keeps the lines: a file, or nothing. Lines come without their newline. */
export interface HistorySink {
  write(line: string): void
}

export interface RecorderOptions {
  /** Nanoseconds since the run began (RunClock). */
  readonly nowNs: () => number
  readonly sink?: HistorySink
  /** A run's history is kept whole for the checks, up to this many events; 2 million unless told. */
  readonly limit?: number | undefined
  /** Called once when the limit is met. What came before stays a true history: later events are left out, all of them. */
  readonly onFull?: (why: string) => void
}

/** A stream of events from another thread, which says up to when it is complete. */
export interface RecorderSource {
  /** Each client's events in its own order, none older than the last `upToNs`; then everything up to `upToNs` has been told. */
  push(events: readonly HistoryEvent[], upToNs: number): void
  /** Nothing more will come. */
  close(): void
}

export interface StartedOperation {
  end(result: OperationResult, endNs?: number): void
}

type Entry = HistoryEvent | FaultEvent

/** Live completions are told some turns after they happened; hold lines back this long before they are written. */
const GRACE_NS = 50_000_000
const DEFAULT_LIMIT = 2_000_000

/**
 * Merges what several threads asked and were answered into one history in time order, invokes first at ties. A line is final
 * once every source has said that nothing older will come; what is not final yet is held back.
 */
export class Recorder {
  readonly #options: RecorderOptions
  readonly #limit: number
  readonly #written = new EventColumns()
  readonly #faults: FaultEvent[] = []
  readonly #sources = new Set<{ upToNs: number }>()
  readonly #processes = new Processes()
  readonly #listeners = new Set<(event: HistoryEvent) => void>()
  #held: Entry[] = []
  #finalNs = 0
  #full = false
  #widened = 0

  constructor(options: RecorderOptions) {
    this.#options = options
    this.#limit = options.limit ?? DEFAULT_LIMIT
  }

  /** Everything up to here (run clock, ns) has been told and written. */
  get finalNs(): number {
    return this.#finalNs
  }

  /** Answers that were told after their time was final, and moved later: that widens an interval and never narrows one. */
  get widened(): number {
    return this.#widened
  }

  /** True once the limit was met: the history is a prefix of the run. */
  get full(): boolean {
    return this.#full
  }

  /** A prompt client asks. Call it just before the request is sent, and `end` with what became of it. */
  begin(client: EndpointId, request: Request): StartedOperation {
    const begun = invokeEvent(client, request, this.#options.nowNs())
    const process = this.#processes.begin(client, begun.time)
    this.#hold({ ...begun, process })
    return {
      end: (result, endNs) => {
        const ended = this.#final({ ...completionEvent(client, request, result, endNs ?? this.#options.nowNs()), process })
        this.#processes.end(client, process, ended.type, ended.time)
        this.#hold(ended)
      },
    }
  }

  /** Another thread's events, numbered anew by their `client`, which does one thing at a time. */
  source(name: string): RecorderSource {
    const mark = { upToNs: this.#finalNs }
    this.#sources.add(mark)
    return {
      push: (events, upToNs) => {
        for (const told of events) {
          const event = this.#final(told)
          this.#hold({ ...event, process: this.#processes.of(event.client ?? `${name}/${event.process}`, event.type, event.time) })
        }
        mark.upToNs = Math.max(mark.upToNs, upToNs)
        this.flush()
      },
      close: () => {
        this.#sources.delete(mark)
        this.flush()
      },
    }
  }

  /**
   * Each event as it is told, in the order of its own process and not of time; also those that a full history leaves out. Answers how to stop.
   */
  listen(listener: (event: HistoryEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  fault(text: string, timeNs = this.#options.nowNs()): void {
    const fault: FaultEvent = { type: 'fault', time: Math.max(timeNs, this.#finalNs), text }
    this.#faults.push(fault)
    this.#hold(fault)
  }

  /** Writes what is final by now. Call it a few times a second. */
  flush(): void {
    this.#writeUpTo(this.#options.nowNs() - GRACE_NS)
  }

  /** Writes everything held, whatever the sources said: for the end of a run. */
  close(): void {
    this.#sources.clear()
    this.#writeUpTo(Number.POSITIVE_INFINITY)
  }

  /** The history so far, in order: a true prefix of the run, cut where the slowest source stands. */
  events(): EventColumns {
    this.#writeUpTo(this.#options.nowNs())
    return this.#written
  }

  /** What is written by now, without making more of it final: the list itself, which grows. */
  written(): EventColumns {
    return this.#written
  }

  faults(): readonly FaultEvent[] {
    return this.#faults
  }

  /** Operations so far, in order of their invokes. */
  operations(): Operation[] {
    return pairOperations([...this.events()])
  }

  /** An answer told too late is moved to where lines are still open. A late invoke cannot be helped: its source lied. */
  #final(event: HistoryEvent): HistoryEvent {
    if (event.time >= this.#finalNs) return event
    if (event.type === 'invoke') throw new RangeError(`an invoke of ${event.time} ns came after ${this.#finalNs} ns was final`)
    this.#widened += 1
    return { ...event, time: this.#finalNs }
  }

  #hold(entry: Entry): void {
    if (entry.type !== 'fault') for (const listener of this.#listeners) listener(entry)
    if (!this.#full) this.#held.push(entry)
  }

  #writeUpTo(wantedNs: number): void {
    let upToNs = wantedNs
    for (const { upToNs: told } of this.#sources) upToNs = Math.min(upToNs, told)
    if (upToNs <= this.#finalNs) return
    const ready = this.#held.filter((entry) => entry.time < upToNs).sort(inTimeOrder)
    this.#held = this.#held.filter((entry) => entry.time >= upToNs)
    this.#finalNs = upToNs
    for (const entry of ready) this.#write(entry)
  }

  #write(entry: Entry): void {
    if (this.#full) return
    if (entry.type !== 'fault') {
      if (this.#written.length >= this.#limit) {
        this.#full = true
        this.#held = []
        this.#options.onFull?.(`the history is full at ${this.#limit} events: what follows is neither kept nor checked`)
        return
      }
      this.#written.push(entry)
    }
    this.#options.sink?.write(JSON.stringify(entry))
  }
}

/** Time order; at a tie invokes come first, so that operations which touch count as concurrent. Sort is stable. */
function inTimeOrder(a: Entry, b: Entry): number {
  return a.time - b.time || rank(a) - rank(b)
}

function rank(entry: Entry): number {
  return entry.type === 'invoke' ? 0 : 1
}
