import { closeSync, fstatSync, openSync, readSync } from 'node:fs'

/** The last `limit` bytes of a text file from byte `from` on, from the start of a line where it had to cut; empty without such a file. */
export function tail(file: string, limit: number, from = 0): string {
  let fd: number
  try {
    fd = openSync(file, 'r')
  } catch {
    return ''
  }
  try {
    const size = fstatSync(fd).size
    const length = Math.max(0, Math.min(size - from, limit))
    const buffer = Buffer.alloc(length)
    const read = readSync(fd, buffer, 0, length, size - length)
    const text = buffer.toString('utf8', 0, read)
    return length < size - from ? text.slice(text.indexOf('\n') + 1) : text
  } finally {
    closeSync(fd)
  }
}
