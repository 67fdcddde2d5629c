/** What a datagram carries, from its head alone: for views and traces, which see the first bytes only. Believes nothing and never throws. */
import { readKind } from './envelope.ts'
import { endOfValue } from './message-shape.ts'

const LONGEST_TYPE = 24
/** Keys of a message that are looked at for its type; machines write it first, or nearly. */
const MOST_KEYS = 16

/**
 * The type of the first message; `+2` behind it where two more share the datagram, `+` where the head ends before they can be counted.
 * `fragment` for a part of a larger message; `?` for what is not ours, or cannot be read. `bytes`: how long the whole datagram is.
 */
export function describeDatagram(head: Uint8Array, bytes: number): string {
  const envelope = readKind(head)
  if (envelope === null) return '?'
  const { kind, payloadAt } = envelope
  return kind === 'fragment' ? kind : `${typeOfMessage(head, payloadAt + 2)}${others(head, payloadAt, bytes)}`
}

function others(head: Uint8Array, payloadAt: number, bytes: number): string {
  let at = payloadAt
  let messages = 0
  while (at < bytes) {
    if (at + 2 > head.length) return messages === 0 ? '' : '+'
    at += 2 + ((head[at] ?? 0) | ((head[at + 1] ?? 0) << 8))
    messages++
  }
  return messages > 1 ? `+${messages - 1}` : ''
}

/** Of the map that begins at `start`: the text under `type`. */
function typeOfMessage(head: Uint8Array, start: number): string {
  const map = mapAt(head, start)
  if (map === null) return '?'
  let at = map.from
  for (let i = 0; i < Math.min(map.keys, MOST_KEYS); i++) {
    const key = textAt(head, at)
    if (key === null) return '?'
    if (key.text === 'type') return textAt(head, key.end)?.text ?? '?'
    const end = endOfValue(head, key.end)
    if (end === null) return '?'
    at = end
  }
  return '?'
}

/** MessagePack specification, "Map format family". */
function mapAt(head: Uint8Array, at: number): { readonly keys: number; readonly from: number } | null {
  const sign = head[at] ?? 0
  if (sign >= 0x80 && sign < 0x90) return { keys: sign & 0x0f, from: at + 1 }
  if (sign === 0xde) return { keys: ((head[at + 1] ?? 0) << 8) | (head[at + 2] ?? 0), from: at + 3 }
  return null
}

/** A short text of plain ASCII that stands whole in the head ("str format family"). */
function textAt(head: Uint8Array, at: number): { readonly text: string; readonly end: number } | null {
  const sign = head[at] ?? 0
  const fixed = sign >= 0xa0 && sign < 0xc0
  if (!fixed && sign !== 0xd9) return null
  const from = fixed ? at + 1 : at + 2
  const length = fixed ? sign & 0x1f : (head[at + 1] ?? 0)
  const end = from + length
  if (length === 0 || length > LONGEST_TYPE || end > head.length) return null
  let text = ''
  for (let i = from; i < end; i++) {
    const code = head[i] ?? 0
    if (code <= 32 || code >= 127) return null
    text += String.fromCharCode(code)
  }
  return { text, end }
}
