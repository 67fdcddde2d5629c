/** A plain UDP program beside the shim, as any node or stranger is. */
import { createSocket, type Socket } from 'node:dgram'
import { performance } from 'node:perf_hooks'

export interface Peer {
  readonly socket: Socket
  readonly port: number
  /** What came, oldest first, as text, with the port it came from. */
  readonly got: { readonly text: string; readonly from: number }[]
  send(text: string | Uint8Array, to: number): void
  close(): Promise<void>
}

export async function openPeer(): Promise<Peer> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 << 20 })
  const got: Peer['got'] = []
  socket.on('message', (bytes, remote) => got.push({ text: bytes.toString(), from: remote.port }))
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  return {
    socket,
    port: socket.address().port,
    got,
    send: (text, to) => socket.send(text, to, '127.0.0.1'),
    close: () => new Promise((resolve) => socket.close(resolve)),
  }
}

/** Waits for a state, looking every few milliseconds; throws when it has not come after a generous while. */
export async function until(state: () => boolean | Promise<boolean>, what: string): Promise<void> {
  const endMs = performance.now() + 20_000
  while (!(await state())) {
    if (performance.now() > endMs) throw new Error(`never came: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 3))
  }
}
