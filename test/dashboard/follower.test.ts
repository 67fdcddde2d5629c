/** Which lab a dashboard stays with, against labs' real sockets. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { attach } from '../../src/dashboard/attachment.ts'
import { parseTarget, type Target } from '../../src/dashboard/finding.ts'
import { Follower } from '../../src/dashboard/follower.ts'
import { LineSplitter } from '../../src/dashboard/line-splitter.ts'
import { AttachServer } from '../../src/lab/attach/server.ts'
import { scene } from './scenes.ts'

const SEEN_WITHIN = { timeout: 10_000, interval: 10 }

let folder = ''
const closers: (() => void)[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sb-'))
})

afterEach(() => {
  for (const close of closers.splice(0).reverse()) close()
  rmSync(folder, { recursive: true })
})

async function lab(name: string): Promise<AttachServer> {
  const server = await AttachServer.open({ scene, folder: name, setup: { mode: 'raft', nodes: 3, seed: '7' }, nowNs: () => 0 }, folder, 20)
  closers.push(() => server.close())
  return server
}

function following(target: Target = { kind: 'newest' }): Follower {
  const follower = new Follower({ folder, target, now: () => 0, changed: () => {} })
  closers.push(() => follower.close())
  return follower
}

/** A lab that says what it is told to say. */
async function fake(path: string, greet: (socket: Socket) => void): Promise<Server> {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    closers.push(() => socket.destroy())
    greet(socket)
  })
  await new Promise<void>((resolve) => server.listen(path, resolve))
  closers.push(() => server.close())
  return server
}

const target = (text: string): Target => parseTarget(text) ?? { kind: 'newest' }
const hello = (more: object): string =>
  `${JSON.stringify({ type: 'hello', protocol: 1, version: '9.9.9', pid: 1, mode: 'raft', nodes: 3, seed: '7', folder: '', startedAt: '', ...more })}\n`

describe('a follower', () => {
  it('takes the newest of two labs, and the other one when that has ended', async () => {
    await lab('old')
    const fresh = await lab('new')
    const follower = following()
    expect(await follower.find()).toBeNull()
    await vi.waitFor(() => expect(follower.view.snapshot?.folder).toBe('new'), SEEN_WITHIN)
    fresh.close()
    await vi.waitFor(() => expect(follower.view).toMatchObject({ phase: 'attached', snapshot: { folder: 'old' } }), SEEN_WITHIN)
  })

  it('keeps the last picture of a lab that has ended, says so, and comes to the next', async () => {
    const first = await lab('first')
    const follower = following()
    await follower.find()
    await vi.waitFor(() => expect(follower.view.snapshot).not.toBeNull(), SEEN_WITHIN)
    first.close()
    await vi.waitFor(() => expect(follower.view.phase).toBe('waiting'), SEEN_WITHIN)
    expect(follower.view).toMatchObject({ note: `lab ${process.pid} has ended; waiting for the next`, snapshot: { folder: 'first' } })
    await lab('second')
    await vi.waitFor(
      () => expect(follower.view).toMatchObject({ phase: 'attached', note: null, snapshot: { folder: 'second' } }),
      SEEN_WITHIN,
    )
  })

  it('tells a lab that was killed from one that has ended', async () => {
    const path = join(folder, `${process.pid}-900.sock`)
    await fake(path, (socket) => {
      socket.write(hello({ pid: 4242 }))
      setTimeout(() => socket.destroy(), 20)
    })
    const follower = following(target(path))
    expect(await follower.find()).toBeNull()
    await vi.waitFor(() => expect(follower.view.note).toBe('lab 4242 is gone; waiting for the next'), SEEN_WITHIN)
  })

  it('stays with the lab that was asked for, not with a newer one', async () => {
    const first = await lab('first')
    await lab('second')
    const follower = following(target(first.command.replace(/^.*--lab /, '')))
    expect(await follower.find()).toBeNull()
    await vi.waitFor(() => expect(follower.view.snapshot?.folder).toBe('first'), SEEN_WITHIN)
  })

  it('says in one line why there is none', async () => {
    expect(await following().find()).toMatch(/^no lab is running; start one with splitbrain/)
    expect(await following(target('4194303')).find()).toBe('no lab of process 4194303 is running')
    expect(await following(target('./nothing.sock')).find()).toMatch(/^nobody answers at \.\/nothing\.sock \(ENOENT\)$/)
  })

  it('removes the socket of a lab whose process number another program has now', async () => {
    const stale = join(folder, `${process.pid}-800.sock`)
    writeFileSync(stale, '')
    expect(await following().find()).toMatch(/ECONNREFUSED/)
    expect(existsSync(stale)).toBe(false)
  })

  it('passes over a newer lab that stands still', async () => {
    await lab('awake')
    await fake(join(folder, `${process.pid}-901.sock`), () => {})
    const follower = following()
    expect(await follower.find()).toBeNull()
    await vi.waitFor(() => expect(follower.view.snapshot?.folder).toBe('awake'), SEEN_WITHIN)
  })
})

describe('an attachment', () => {
  const deaf = { hello: () => {}, snapshot: () => {}, ended: () => {} }

  it('refuses a lab of another protocol, naming both', async () => {
    const path = join(folder, 'other.sock')
    await fake(path, (socket) => socket.write(hello({ protocol: 2, pid: 77 })))
    expect(await attach(path, deaf)).toEqual({
      kind: 'refused',
      why: 'lab 77 is splitbrain 9.9.9, which speaks protocol 2; this top speaks 1',
    })
  })

  it('gives up on what says nothing', async () => {
    const path = join(folder, 'mute.sock')
    await fake(path, () => {})
    expect(await attach(path, deaf, 50)).toEqual({ kind: 'refused', why: 'the lab does not answer; is it stopped?' })
  })

  it('gives up on a line without end', async () => {
    const path = join(folder, 'long.sock')
    await fake(path, (socket) => socket.write('x'.repeat(2_000_000)))
    expect(await attach(path, deaf)).toMatchObject({ kind: 'refused', why: expect.stringMatching(/^a line of more than/) })
  })

  it('passes over lines it does not know', async () => {
    const path = join(folder, 'later.sock')
    await fake(path, (socket) => socket.write(`nonsense\n{"type":"later"}\nnull\n${hello({})}`))
    const outcome = await attach(path, deaf)
    expect(outcome.kind).toBe('attached')
    if (outcome.kind === 'attached') outcome.close()
  })
})

describe('--lab', () => {
  it('is a process, a lab of a process, or a path', () => {
    expect(parseTarget(undefined)).toEqual({ kind: 'newest' })
    expect(parseTarget('123')).toEqual({ kind: 'lab', pid: 123, number: null })
    expect(parseTarget('123-2')).toEqual({ kind: 'lab', pid: 123, number: 2 })
    expect(parseTarget('x.sock')).toEqual({ kind: 'socket', path: 'x.sock' })
    expect(parseTarget('newest')).toBeNull()
    expect(parseTarget('')).toBeNull()
  })
})

describe('lines', () => {
  it('come whole, however the stream is cut', () => {
    const text = 'one\ntwo\n\nthree\nfour'
    for (let size = 1; size <= text.length; size++) {
      const splitter = new LineSplitter(100)
      const lines: string[] = []
      for (let at = 0; at < text.length; at += size) lines.push(...splitter.take(text.slice(at, at + size)))
      expect(lines).toEqual(['one', 'two', '', 'three'])
    }
  })
})
