import { readFileSync } from 'node:fs'

/** Datagrams the kernel threw away because this socket's buffer was full, since it was bound; null where the system does not tell. */
export function kernelDrops(port: number): number | null {
  try {
    return parseDrops(readFileSync('/proc/net/udp', 'utf8'), port)
  } catch {
    return null
  }
}

/** From the text of /proc/net/udp: the last column of the socket on 127.0.0.1 with this port. */
export function parseDrops(table: string, port: number): number | null {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`
  // A line begins with its number and a colon. Every node looks once a second, and a lab under load has hundreds of sockets.
  const at = table.indexOf(`: ${address} `)
  if (at < 0) return null
  const end = table.indexOf('\n', at)
  const line = table.slice(at, end < 0 ? table.length : end)
  return Number(line.trimEnd().split(/\s+/).at(-1))
}
