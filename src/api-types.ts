/**
 * The lab from TypeScript, whole and without imports: the build ships this file as the package's type declarations, so what a
 * user's editor shows is what stands here.
 */

export interface OpenLabOptions {
  /** Default `raft`. */
  readonly mode?: string
  /** Default 5. */
  readonly nodes?: number
  /** Decides every random choice; drawn if left out. */
  readonly seed?: number
  /** Settings as the command line and front matter write them: `{ preset: 'fast', 'pre-vote': 'off', sync: 'never' }`. */
  readonly settings?: Readonly<Record<string, string>>
  /** Multiplies operation and `within` timeouts on slow machines. Default 1. */
  readonly patience?: number
  /** Run folders are made in `.splitbrain/` below it. Default: the working directory. */
  readonly baseDir?: string
  /** Whether `splitbrain top` may watch it, over a socket in the user's state folder. Default true. */
  readonly attach?: boolean
  /** Closes the lab when aborted. */
  readonly signal?: AbortSignal
}

export interface Answer {
  /** `fail`: it certainly did not happen. `unknown`: it may have happened. `refused`: it cannot apply now; nothing changed. */
  readonly status: 'ok' | 'fail' | 'unknown' | 'refused'
  readonly code?: string
  readonly text?: string
  /** get: the value, null if absent. add, mul, append: the new value. Views: their lines. */
  readonly value?: string | null
  /** get, where two or more values stand side by side: all of them, sorted. */
  readonly siblings?: readonly string[]
  /** What the client now holds of the key, opaque: pass it on as the option `context`. */
  readonly context?: string
  /** How it was answered: `2 of 3, n4 for n2`. */
  readonly note?: string
  readonly node?: string
  readonly ms: number
}

export interface LabEvent {
  /** Nanoseconds since the run began. */
  readonly time: number
  readonly type: string
  readonly text?: string
  readonly [field: string]: unknown
}

export interface HistoryEvent {
  readonly process: number
  readonly type: 'invoke' | 'ok' | 'fail' | 'info'
  readonly f: string
  readonly key: string | null
  readonly value: unknown
  /** Nanoseconds since the run began. */
  readonly time: number
}

export interface Verdict {
  readonly verdict: 'valid' | 'invalid' | 'unknown'
  readonly why: string
  /** The few operations that show a violation; empty unless invalid. */
  readonly witness: readonly HistoryEvent[]
}

export interface OperationOptions {
  /** `1s`, `250ms`. Default 3s. */
  readonly timeout?: string
  /** Only this node is asked. */
  readonly via?: string
  /** Dynamo: how many answers this read waits for. */
  readonly r?: number
  /** Dynamo: how many acknowledgements this write waits for. */
  readonly w?: number
  /** Dynamo: who counts. `strict`: only the homes of the key. */
  readonly quorum?: 'sloppy' | 'strict'
  /** Dynamo: what an earlier answer held, in place of what this client holds. */
  readonly context?: string
  /** Dynamo: the write replaces nothing, and stands beside what is there. */
  readonly blind?: boolean
}

/** Its operations run one after another; several clients run at once. */
export interface LabClient {
  readonly id: string
  put(key: string, value: string | number, options?: OperationOptions): Promise<Answer>
  get(key: string, options?: OperationOptions): Promise<Answer>
  del(key: string, options?: OperationOptions): Promise<Answer>
  /** Null is absence. */
  cas(key: string, from: string | number | null, to: string | number | null, options?: OperationOptions): Promise<Answer>
  add(key: string, amount: string | number, options?: OperationOptions): Promise<Answer>
  mul(key: string, factor: string | number, options?: OperationOptions): Promise<Answer>
  append(key: string, text: string, options?: OperationOptions): Promise<Answer>
  /** Dynamo: one value in the place of the siblings; null keeps them all in it. */
  resolve(key: string, value: string | number | null, options?: OperationOptions): Promise<Answer>
}

/** What `expect` throws. */
export interface LabFailure extends Error {
  readonly code: 'expectation'
  readonly expected: string
  readonly actual: string
  /** The last events before it, oldest first. */
  readonly events: readonly LabEvent[]
  /** The run folder: events, history, node logs. */
  readonly reportPath: string
}

export interface LabHandle extends AsyncDisposable {
  /** The run folder: `events.jsonl`, `history.jsonl`, node logs and data. */
  readonly folder: string
  /** Any command of the language. Throws on bad grammar only. */
  do(line: string): Promise<Answer>
  /** `expect('degraded within 2s')`: throws LabFailure when it is not so. */
  expect(expectation: string): Promise<void>
  check(name: string): Promise<Verdict>
  /** `c0` is the one that `do` uses. */
  client(id: string): LabClient
  /** `event` hears everything, `health` changes of observed and predicted health, `fault` faults. Answers how to stop listening. */
  on(name: 'event' | 'health' | 'fault', listener: (event: LabEvent) => void): () => void
  close(): Promise<void>
}

/** Starts a real cluster. Rejects with `code: 'usage'` for a bad option, `code: 'environment'` when the machine refuses. */
export declare function openLab(options?: OpenLabOptions): Promise<LabHandle>
