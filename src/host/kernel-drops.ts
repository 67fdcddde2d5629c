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
  for (const line of table.split('\n')) {
    const fields = line.trim().split(/\s+/)
    if (fields[1] === address) return Number(fields.at(-1))
  }
  return null
}
