/** What the bare store of `bench/bare-cluster.ts` says: frames side by side in a datagram, `length u16 · kind u8 · id u32 · filling`. */

/** Sizes as Dynamo mode's messages have them in the mean (a put is 739 bytes in all), so that both sides carry as much. */
export const FRAME_BYTES = { put: 125, replicate: 180, ack: 65, done: 125 } as const
/** And of a log record. */
export const RECORD_BYTES = 175
export type FrameKind = keyof typeof FRAME_BYTES

const KINDS: readonly FrameKind[] = ['put', 'replicate', 'ack', 'done']
/** As the house's own outbox: macOS refuses more than 9,216 bytes by default. */
const MAX_DATAGRAM = 8_192

/** Of one bare node process: its one argument, as JSON. */
export interface BareNodeConfig {
  readonly file: string
  /** Virtual ports of the two nodes it replicates to. */
  readonly replicas: readonly number[]
}

/** To the thread of the bare clients. */
export type BareClientsAsk =
  | { readonly type: 'open'; readonly clients: number }
  | { readonly type: 'run'; readonly nodes: readonly number[]; readonly clients: number; readonly ms: number }

export interface BareResult {
  readonly puts: number
  readonly seconds: number
  readonly p50Ms: number
  /** Not answered within a second. */
  readonly lost: number
}

/** Collects frames by destination and puts those of one turn into as few datagrams as hold them. */
export class FrameBox {
  readonly #send: (bytes: Uint8Array, port: number) => void
  readonly #waiting = new Map<number, Uint8Array[]>()
  #scheduled = false

  constructor(send: (bytes: Uint8Array, port: number) => void) {
    this.#send = send
  }

  add(port: number, kind: FrameKind, id: number): void {
    const frame = Buffer.alloc(FRAME_BYTES[kind])
    frame.writeUInt16LE(frame.length, 0)
    frame[2] = KINDS.indexOf(kind)
    frame.writeUInt32LE(id, 3)
    const frames = this.#waiting.get(port)
    if (frames === undefined) this.#waiting.set(port, [frame])
    else frames.push(frame)
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#scheduled = false
    for (const [port, frames] of this.#waiting) {
      let batch: Uint8Array[] = []
      let size = 0
      for (const frame of frames) {
        if (size + frame.length > MAX_DATAGRAM) {
          this.#send(Buffer.concat(batch), port)
          batch = []
          size = 0
        }
        batch.push(frame)
        size += frame.length
      }
      this.#send(Buffer.concat(batch), port)
    }
    this.#waiting.clear()
  }
}

export function readFrames(bytes: Buffer, hear: (kind: FrameKind, id: number) => void): void {
  for (let at = 0; at + 7 <= bytes.length; at += Math.max(7, bytes.readUInt16LE(at))) {
    const kind = KINDS[bytes[at + 2] ?? 0]
    if (kind !== undefined) hear(kind, bytes.readUInt32LE(at + 3))
  }
}
