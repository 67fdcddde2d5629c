import { assert } from '../machine/assert.ts'

const FIRST_BYTES = 16_384
/** An offset into a block's text is a Uint32. */
const MOST_BYTES = 2 ** 32 - 1

/** One event but for its text; words are numbers of a `Words`. */
export interface Row {
  readonly time: number
  readonly process: number
  readonly kind: number
  readonly f: number
  readonly key: number
  readonly client: number
  readonly node: number
  readonly error: number
}

/** Some thousand events as columns: 37 bytes each, and their text, one after the other as UTF-8. */
export class EventBlock {
  readonly times: Float64Array
  readonly processes: Uint32Array
  readonly kinds: Uint8Array
  readonly fs: Uint32Array
  readonly keys: Uint32Array
  readonly clients: Uint32Array
  readonly nodes: Uint32Array
  readonly errors: Uint32Array
  /** Where each text ends. */
  readonly #ends: Uint32Array
  readonly #capacity: number
  #text = Buffer.allocUnsafeSlow(FIRST_BYTES)
  #bytes = 0
  #length = 0

  constructor(capacity: number) {
    this.#capacity = capacity
    this.times = new Float64Array(capacity)
    this.processes = new Uint32Array(capacity)
    this.kinds = new Uint8Array(capacity)
    this.fs = new Uint32Array(capacity)
    this.keys = new Uint32Array(capacity)
    this.clients = new Uint32Array(capacity)
    this.nodes = new Uint32Array(capacity)
    this.errors = new Uint32Array(capacity)
    this.#ends = new Uint32Array(capacity)
  }

  get full(): boolean {
    return this.#length === this.#capacity
  }

  push(row: Row, text: string): void {
    assert(!this.full, 'a block of events takes no more than it has rows')
    const at = this.#length++
    this.times[at] = row.time
    this.processes[at] = row.process
    this.kinds[at] = row.kind
    this.fs[at] = row.f
    this.keys[at] = row.key
    this.clients[at] = row.client
    this.nodes[at] = row.node
    this.errors[at] = row.error
    this.#append(text)
    this.#ends[at] = this.#bytes
    if (this.full) this.#resize(this.#bytes)
  }

  text(at: number): string {
    return this.#text.toString('utf8', at === 0 ? 0 : this.#ends[at - 1], this.#ends[at])
  }

  #append(text: string): void {
    const needed = this.#bytes + Buffer.byteLength(text)
    assert(needed <= MOST_BYTES, 'the text of a block of events has 32-bit offsets')
    if (needed > this.#text.length) this.#resize(Math.max(needed, 2 * this.#text.length))
    this.#bytes += this.#text.write(text, this.#bytes)
  }

  #resize(bytes: number): void {
    const text = Buffer.allocUnsafeSlow(bytes)
    this.#text.copy(text, 0, 0, this.#bytes)
    this.#text = text
  }
}
