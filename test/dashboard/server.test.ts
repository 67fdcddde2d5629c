/** The lab's end of the line, against real sockets in a folder of its own. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { openDashboard } from '../../src/lab/attach/dashboard.ts'
import type { LabLine, Snapshot } from '../../src/lab/attach/protocol.ts'
import { type Attachable, AttachServer } from '../../src/lab/attach/server.ts'
import { liveSockets } from '../../src/lab/attach/sockets.ts'
import { fullScene, scene } from './scenes.ts'

const EVERY_MS = 20
const LINES_WITHIN = { timeout: 10_000, interval: 20 }

let folder = ''
const servers: AttachServer[] = []
const sockets: Socket[] = []

beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'sb-')), 'labs')
})

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy()
  for (const server of servers.splice(0)) server.close()
  rmSync(join(folder, '..'), { recursive: true })
})

function lab(more: Partial<Attachable> = {}): Attachable {
  return { scene, folder: '/runs/a', setup: { mode: 'raft', nodes: 3, seed: '7' }, nowNs: () => 0, ...more }
}

async function opened(attachable = lab()): Promise<AttachServer> {
  const server = await AttachServer.open(attachable, folder, EVERY_MS)
  servers.push(server)
  return server
}

async function reader(path: string): Promise<{ readonly socket: Socket; lines(): readonly LabLine[] }> {
  const socket = connect(path).setEncoding('utf8')
  sockets.push(socket)
  let text = ''
  socket.on('data', (chunk: string) => {
    text += chunk
  })
  await once(socket, 'connect')
  return {
    socket,
    lines: () =>
      text
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line)),
  }
}

const types = (lines: readonly LabLine[]): readonly string[] => lines.map(({ type }) => type)

describe('a lab that is watched', () => {
  it('says first who it is, in the first protocol, then whole snapshots', async () => {
    const { lines } = await reader((await opened()).path)
    await vi.waitFor(() => expect(types(lines()).slice(0, 3)).toEqual(['hello', 'snapshot', 'snapshot']), LINES_WITHIN)
    expect(lines()[0]).toMatchObject({ protocol: 1, pid: process.pid, mode: 'raft', nodes: 3, seed: '7', folder: '/runs/a' })
    expect(lines()[2]).toMatchObject({ seq: 2, picture: { leader: 'n1' } })
  })

  it('goes on in the same socket after a reset, with the new run', async () => {
    const changing = { ...lab() }
    const { lines } = await reader((await opened(changing)).path)
    await vi.waitFor(() => expect(lines().length).toBeGreaterThan(1), LINES_WITHIN)
    Object.assign(changing, { folder: '/runs/b', scene: { ...scene, mode: 'dynamo' } })
    await vi.waitFor(() => expect(lines().at(-1)).toMatchObject({ folder: '/runs/b', picture: { mode: 'dynamo' } }), LINES_WITHIN)
    expect(types(lines()).filter((type) => type === 'hello')).toHaveLength(1)
  })

  it('says goodbye, and its socket is gone when it has closed', async () => {
    const server = await opened()
    const { socket, lines } = await reader(server.path)
    const ended = once(socket, 'end')
    await vi.waitFor(() => expect(lines().length).toBeGreaterThan(0), LINES_WITHIN)
    server.close()
    expect(existsSync(server.path)).toBe(false)
    await ended
    expect(lines().at(-1)).toEqual({ type: 'bye' })
  })

  it('looks at nothing while nobody is attached', async () => {
    let looks = 0
    const counting: Attachable = {
      ...lab(),
      get scene() {
        looks += 1
        return scene
      },
    }
    const { path } = await opened(counting)
    const first = await reader(path)
    await vi.waitFor(() => expect(first.lines().length).toBeGreaterThan(2), LINES_WITHIN)
    first.socket.destroy()
    const seen = (await reader(path)).lines
    await vi.waitFor(() => expect(seen().length).toBeGreaterThan(1), LINES_WITHIN)
    // One look a snapshot, and none in between: the first reader's timer went with it.
    expect(looks).toBeGreaterThanOrEqual((seen()[1] as Snapshot).seq)
    expect(looks).toBeLessThanOrEqual((seen().at(-1) as Snapshot).seq + 1)
  })

  it('leaves out a reader that does not read, and gives it the newest when it does', async () => {
    const { path } = await opened(lab({ scene: fullScene(25) }))
    const [slow, quick] = [await reader(path), await reader(path)]
    slow.socket.pause()
    await vi.waitFor(() => expect(quick.lines().length).toBeGreaterThan(14), { timeout: 20_000, interval: 50 })
    slow.socket.resume()
    const newest = (quick.lines().at(-1) as Snapshot).seq
    await vi.waitFor(() => expect(slow.lines().some((line) => line.type === 'snapshot' && line.seq >= newest)).toBe(true), LINES_WITHIN)
    expect(slow.lines().length).toBeLessThan(quick.lines().length)
  })

  it('hears nothing, and hangs up on who goes on talking', async () => {
    const { path } = await opened()
    const { socket, lines } = await reader(path)
    socket.on('error', () => {})
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.write('kill leader\n')
    await vi.waitFor(() => expect(lines().length).toBeGreaterThan(2), LINES_WITHIN)
    socket.write('x'.repeat(100_000))
    await closed
    const other = await reader(path)
    await vi.waitFor(() => expect(types(other.lines())).toContain('snapshot'), LINES_WITHIN)
  })

  it('tells a reader too many so', async () => {
    const { path } = await opened()
    for (let at = 0; at < 8; at++) await reader(path)
    const ninth = await reader(path)
    await vi.waitFor(() => expect(ninth.lines()).toEqual([{ type: 'busy' }]), LINES_WITHIN)
  })
})

describe('the folder of sockets', () => {
  it('is for its owner only, and two labs of a process do not meet in it', async () => {
    const [first, second] = [await opened(), await opened(lab({ folder: '/runs/b' }))]
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(first.path).not.toBe(second.path)
    expect(first.command).not.toBe(second.command)
    expect(new Set(liveSockets(folder).map(({ path }) => path))).toEqual(new Set([first.path, second.path]))
    const { lines } = await reader(second.path)
    await vi.waitFor(() => expect(lines()[0]).toMatchObject({ folder: '/runs/b' }), LINES_WITHIN)
  })

  it('loses what a killed lab left behind as soon as another one opens', async () => {
    const dead = spawn(process.execPath, ['-e', ''])
    await once(dead, 'exit')
    await opened()
    const stale = join(folder, `${dead.pid}-1.sock`)
    writeFileSync(stale, '')
    writeFileSync(join(folder, 'notes.txt'), 'not ours')
    await opened()
    expect(existsSync(stale)).toBe(false)
    expect(existsSync(join(folder, 'notes.txt'))).toBe(true)
  })

  it('may be too deep for a socket: then the lab says so and opens all the same', async () => {
    const dashboard = await openDashboard(lab(), join(folder, 'd'.repeat(100)))
    expect(dashboard.command).toBeNull()
    expect(dashboard.words).toMatch(/^none: the path .* is too long for a socket/)
    dashboard.close()
  })

  it('may be no folder at all', async () => {
    const file = join(folder, '..', 'file')
    writeFileSync(file, '')
    expect((await openDashboard(lab(), join(file, 'labs'))).words).toMatch(/^none: /)
  })
})
