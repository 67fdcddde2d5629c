/** A lab's end of the line to dashboards. Read only, and free while nobody is attached. */
import { chmodSync, mkdirSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import type { Scene } from '../../stream/scene.ts'
import { packageVersion } from '../../version.ts'
import { type Busy, type Bye, type Hello, PROTOCOL, SNAPSHOT_EVERY_MS } from './protocol.ts'
import { snapshotLine } from './snapshot.ts'
import { liveSockets, MOST_PATH_BYTES, removeSocket, socketName } from './sockets.ts'

/** The little it needs of a lab. */
export interface Attachable {
  readonly scene: Scene
  readonly folder: string
  readonly setup: { readonly mode: string; readonly nodes: number; readonly seed: string }
  /** On the clock of the scene. */
  nowNs(): number
}

const MOST_READERS = 8
/** A reader that has more than this before it is left out until it has read. */
const MOST_UNREAD_BYTES = 64 * 1024
/** Who talks to a line that does not listen is no dashboard. */
const MOST_HEARD_BYTES = 64 * 1024

/** Sockets of this process, to be removed on every way out. */
const ours = new Set<string>()
let watching = false
let labs = 0

export class AttachServer {
  readonly path: string
  /** What to type in another terminal. */
  readonly command: string
  readonly #lab: Attachable
  readonly #server: Server
  readonly #readers = new Set<Socket>()
  readonly #startedAt = new Date().toISOString()
  readonly #everyMs: number
  #timer: NodeJS.Timeout | null = null
  #seq = 0

  /** Rejects with one sentence where there can be no socket. */
  static async open(lab: Attachable, folder: string, everyMs: number = SNAPSHOT_EVERY_MS): Promise<AttachServer> {
    labs += 1
    const path = join(folder, socketName(process.pid, labs))
    if (Buffer.byteLength(path) > MOST_PATH_BYTES)
      throw new Error(`the path ${path} is too long for a socket (${MOST_PATH_BYTES} bytes); a shorter XDG_STATE_HOME helps`)
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // Who may open the folder may watch.
    chmodSync(folder, 0o700)
    liveSockets(folder)
    // Of an earlier process with this number.
    removeSocket(path)
    const server = new AttachServer(lab, path, labs, everyMs)
    await server.#listen()
    return server
  }

  private constructor(lab: Attachable, path: string, number: number, everyMs: number) {
    this.#lab = lab
    this.path = path
    this.#everyMs = everyMs
    this.command = `splitbrain top --lab ${process.pid}${number === 1 ? '' : `-${number}`}`
    this.#server = createServer((socket) => this.#welcome(socket))
    // A dashboard keeps no lab alive.
    this.#server.unref()
  }

  /** Says goodbye; the socket is gone when this returns. */
  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    for (const reader of this.#readers) say(reader, { type: 'bye' })
    this.#server.close()
    removeSocket(this.path)
    ours.delete(this.path)
  }

  #listen(): Promise<void> {
    // Before it is there: a signal may come in between.
    ours.add(this.path)
    removeOnExit()
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(this.path, () => {
        this.#server.off('error', reject)
        // A lab that can be watched no more goes on.
        this.#server.on('error', () => this.close())
        resolve()
      })
    })
  }

  #welcome(socket: Socket): void {
    socket.unref()
    socket.on('error', () => socket.destroy())
    if (this.#readers.size >= MOST_READERS) {
      say(socket, { type: 'busy' })
      return
    }
    let heard = 0
    socket.on('data', (chunk) => {
      heard += chunk.length
      if (heard > MOST_HEARD_BYTES) socket.destroy()
    })
    socket.on('close', () => this.#left(socket))
    this.#readers.add(socket)
    socket.write(`${JSON.stringify(this.#hello())}\n`)
    socket.write(this.#snapshot())
    this.#timer ??= setInterval(() => this.#tell(), this.#everyMs).unref()
  }

  #left(socket: Socket): void {
    this.#readers.delete(socket)
    if (this.#readers.size > 0 || this.#timer === null) return
    clearInterval(this.#timer)
    this.#timer = null
  }

  #hello(): Hello {
    const { folder, setup } = this.#lab
    const { mode, nodes, seed } = setup
    const about = { version: packageVersion(), pid: process.pid, mode, nodes, seed, folder, startedAt: this.#startedAt }
    return { type: 'hello', protocol: PROTOCOL, ...about }
  }

  #tell(): void {
    const waiting = [...this.#readers].filter((reader) => reader.writableLength <= MOST_UNREAD_BYTES)
    if (waiting.length === 0) return
    const line = this.#snapshot()
    for (const reader of waiting) reader.write(line)
  }

  #snapshot(): string {
    this.#seq += 1
    return snapshotLine(this.#lab.scene, { seq: this.#seq, folder: this.#lab.folder, nowNs: this.#lab.nowNs() })
  }
}

/** One last line. A reader that does not read it is not waited for. */
function say(socket: Socket, line: Bye | Busy): void {
  socket.end(`${JSON.stringify(line)}\n`)
}

function removeOnExit(): void {
  if (watching) return
  watching = true
  process.on('exit', removeOurs)
  for (const signal of ['SIGINT', 'SIGHUP', 'SIGTERM'] as const) process.on(signal, lastWord)
}

/** A signal that nobody else hears ends the process without its `exit`: as it would have, only tidied up. */
function lastWord(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  removeOurs()
  process.off(signal, lastWord)
  process.kill(process.pid, signal)
}

function removeOurs(): void {
  for (const path of ours) removeSocket(path)
}
