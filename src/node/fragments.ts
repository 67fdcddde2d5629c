/**
 * A message too large for one datagram travels as fragments. Each holds, little-endian:
 *
 *   0 message id u32 · 4 total bytes u32 · 8 index u16 · 10 count u16 · 12 chunk
 *
 * Reassembly is bounded three ways (count, bytes, age): what does not come together in time is forgotten, for a lost
 * message is legal and its sender tries again.
 */
import type { EndpointId } from '../machine/contract.ts'

export const FRAGMENT_HEADER = 12
/** The largest message that can leave: values reach 64 KiB, and a machine bounds its batches well below this. */
export const MAX_MESSAGE = 1024 * 1024

export interface Fragment {
  readonly messageId: number
  readonly total: number
  readonly index: number
  readonly count: number
  readonly chunk: Uint8Array
}

export function writeFragmentHeader(bytes: Uint8Array, at: number, fragment: Omit<Fragment, 'chunk'>): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, FRAGMENT_HEADER)
  view.setUint32(0, fragment.messageId, true)
  view.setUint32(4, fragment.total, true)
  view.setUint16(8, fragment.index, true)
  view.setUint16(10, fragment.count, true)
}

/** Null for what no sender of ours would write. */
export function readFragment(payload: Uint8Array): Fragment | null {
  if (payload.length <= FRAGMENT_HEADER) return null
  const view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
  const messageId = view.getUint32(0, true)
  const total = view.getUint32(4, true)
  const index = view.getUint16(8, true)
  const count = view.getUint16(10, true)
  const chunk = payload.subarray(FRAGMENT_HEADER)
  if (count < 2 || index >= count || total > MAX_MESSAGE || chunk.length >= total) return null
  return { messageId, total, index, count, chunk }
}

export interface ReassemblyLimits {
  /** Messages under way at once. */
  readonly messages: number
  readonly bytes: number
  /** From a message's first fragment, microseconds. */
  readonly ageUs: number
}

const REASSEMBLY_LIMITS: ReassemblyLimits = { messages: 256, bytes: 8 * 1024 * 1024, ageUs: 1_000_000 }

interface Assembly {
  readonly total: number
  readonly count: number
  readonly sinceUs: number
  readonly chunks: Map<number, Uint8Array>
  bytes: number
}

/** `forgotten` counts messages given up: too old, pushed out by newer ones, or contradicting themselves. */
export class Reassembly {
  readonly #limits: ReassemblyLimits
  /** In order of first fragment, so the oldest is the first. */
  readonly #assemblies = new Map<string, Assembly>()
  /** Keys of the messages completed last: a late duplicate must not open a message that never completes. */
  readonly #done = new Set<string>()
  #bytes = 0
  forgotten = 0

  constructor(limits: ReassemblyLimits = REASSEMBLY_LIMITS) {
    this.#limits = limits
  }

  /** Bytes and messages held now. */
  get held(): { readonly messages: number; readonly bytes: number } {
    return { messages: this.#assemblies.size, bytes: this.#bytes }
  }

  /** The whole message when this was its last missing piece; null otherwise. */
  add(from: EndpointId, incarnation: number, fragment: Fragment, nowUs: number): Uint8Array | null {
    const key = `${from}/${incarnation}/${fragment.messageId}`
    if (this.#done.has(key)) return null
    let assembly = this.#assemblies.get(key)
    if (assembly === undefined) {
      assembly = { total: fragment.total, count: fragment.count, sinceUs: nowUs, chunks: new Map(), bytes: 0 }
      this.#assemblies.set(key, assembly)
    }
    if (assembly.total !== fragment.total || assembly.count !== fragment.count) {
      this.#forget(key, assembly)
      return null
    }
    if (assembly.chunks.has(fragment.index)) return null
    assembly.chunks.set(fragment.index, fragment.chunk)
    assembly.bytes += fragment.chunk.length
    this.#bytes += fragment.chunk.length
    if (assembly.bytes > assembly.total || (assembly.chunks.size === assembly.count && assembly.bytes !== assembly.total)) {
      this.#forget(key, assembly)
      return null
    }
    if (assembly.chunks.size < assembly.count) {
      this.#enforceBounds()
      return null
    }
    this.#remove(key, assembly)
    this.#remember(key)
    return join(assembly)
  }

  /** Forgets what began too long ago. */
  expire(nowUs: number): void {
    for (const [key, assembly] of this.#assemblies) {
      if (nowUs - assembly.sinceUs <= this.#limits.ageUs) return
      this.#forget(key, assembly)
    }
  }

  #enforceBounds(): void {
    for (const [key, assembly] of this.#assemblies) {
      if (this.#assemblies.size <= this.#limits.messages && this.#bytes <= this.#limits.bytes) return
      this.#forget(key, assembly)
    }
  }

  #forget(key: string, assembly: Assembly): void {
    this.forgotten++
    this.#remove(key, assembly)
  }

  #remove(key: string, assembly: Assembly): void {
    this.#assemblies.delete(key)
    this.#bytes -= assembly.bytes
  }

  #remember(key: string): void {
    this.#done.add(key)
    if (this.#done.size <= this.#limits.messages) return
    for (const oldest of this.#done) {
      this.#done.delete(oldest)
      return
    }
  }
}

function join(assembly: Assembly): Uint8Array {
  const whole = new Uint8Array(assembly.total)
  let at = 0
  for (let index = 0; index < assembly.count; index++) {
    const chunk = assembly.chunks.get(index)
    if (chunk === undefined) continue
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole
}
