/** A UDP socket as the relay needs it: on 127.0.0.1, unconnected, with the largest buffers the system grants. */
import { createSocket, type Socket } from 'node:dgram'
import { readFile } from 'node:fs/promises'

export const LOOPBACK = '127.0.0.1'

/** Asked in this order: some systems clamp silently, others refuse what is too large. */
const BUFFER_BYTES = [8 << 20, 4 << 20, 2 << 20, 1 << 20, 512 << 10]

/** Resolves when bound to a port the system chose; rejects with the system's error (`EMFILE`, `EPERM`, …). */
export function openSocket(): Promise<Socket> {
  // Addresses are literal, so the resolver is skipped: it would cost every send a turn.
  const socket = createSocket({ type: 'udp4', lookup: (host, _options, done) => done(null, host, 4) })
  return new Promise((resolve, reject) => {
    const failed = (error: Error): void => {
      socket.close()
      reject(error)
    }
    socket.once('error', failed)
    socket.bind({ address: LOOPBACK, port: 0, exclusive: true }, () => {
      socket.off('error', failed)
      enlarge((bytes) => socket.setRecvBufferSize(bytes))
      enlarge((bytes) => socket.setSendBufferSize(bytes))
      resolve(socket)
    })
  })
}

function enlarge(set: (bytes: number) => void): void {
  for (const bytes of BUFFER_BYTES) {
    try {
      set(bytes)
      return
    } catch {
      // Refused as too large: a smaller one, or at last the system's own default.
    }
  }
}

/**
 * Datagrams the kernel dropped at these local ports because their buffers were full; null where the system does not tell.
 * Linux keeps the count in the last column of /proc/net/udp, the address in the second as hexadecimal `ADDRESS:PORT`.
 */
export async function kernelDrops(ports: ReadonlySet<number>): Promise<number | null> {
  let table: string
  try {
    table = await readFile('/proc/net/udp', 'utf8')
  } catch {
    return null
  }
  return countDrops(table, ports)
}

/** The reading half of `kernelDrops`; null when the table is not what it used to be. */
export function countDrops(table: string, ports: ReadonlySet<number>): number | null {
  const [header, ...rows] = table.trimEnd().split('\n')
  if (header === undefined || !header.trimEnd().endsWith('drops')) return null
  let drops = 0
  for (const row of rows) {
    const columns = row.trim().split(/\s+/)
    const port = Number.parseInt(columns[1]?.split(':')[1] ?? '', 16)
    if (ports.has(port)) drops += Number(columns.at(-1))
  }
  return drops
}
