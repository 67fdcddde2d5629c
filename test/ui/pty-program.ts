/** A program of its own for the pseudo-terminal test: the prompt with a fake lab that answers `put` after a moment. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ReadStream, WriteStream } from 'node:tty'
import { emptyScene } from '../../src/stream/scene.ts'
import { runSession } from '../../src/ui/session.ts'
import { FakeLab, ok } from './fake-lab.ts'

// Whoever started the shell does not know the pid of what the shell started.
writeFileSync(join(process.env.STATE ?? '', 'pid'), String(process.pid))
const lab = new FakeLab({ 'get city': ok({ value: 'Oslo' }) })
lab.folder = '/runs/latest'
lab.setup = { mode: 'raft', nodes: 5, seed: '7', settings: [] }
const { stdin, stdout } = process as { stdin: ReadStream; stdout: WriteStream }
if (process.argv[2] === 'throws') setTimeout(() => Promise.reject(new Error('the shim stopped')), 300)
const opening = (): Promise<FakeLab> =>
  process.argv[2] === 'refused' ? Promise.reject(new Error('no port is free')) : Promise.resolve(lab)
const code = await runSession(opening, {
  input: stdin,
  output: stdout,
  env: process.env,
  locals: new Map(),
  starting: emptyScene('raft', ['n1', 'n2', 'n3', 'n4', 'n5']),
})
process.exit(code)
