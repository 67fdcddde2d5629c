/** The built command over a recorded run, in a pipe and on a real terminal. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { freshFolder, ROOT, runBuilt } from './run-built.ts'
import { loadPty, openSession, type Session } from './terminal.ts'

const spawner = await loadPty()
const open: Session[] = []

afterEach(() => {
  for (const session of open.splice(0)) session.end()
})

function recorded(): string {
  const folder = freshFolder()
  const run = join(folder, '.splitbrain', 'runs', 'r1')
  mkdirSync(run, { recursive: true })
  copyFileSync(join(ROOT, 'test/ui/replay/stale-read.jsonl'), join(run, 'events.jsonl'))
  return folder
}

describe('splitbrain replay in a pipe', () => {
  it('prints one picture with --once, the same each time', async () => {
    const folder = recorded()
    const args = ['replay', 'r1', '--once', '--at', 'broke', '--size', '100x30']
    const { code, out, err } = await runBuilt(args, '', folder)
    expect({ code, err }).toEqual({ code: 0, err: '' })
    expect(out.split('\n')).toHaveLength(30)
    expect(out).toMatch(/^ ‖ paused {3}2\.047s of 2\.572s/m)
    expect((await runBuilt(args, '', folder)).out).toBe(out)
  })

  it.each([
    [['replay', 'r1'], /^splitbrain: replay wants a terminal; .*replay r1 --once --at 12\.5s prints one picture\n$/],
    [['replay', 'r2', '--once'], /^splitbrain: there is no run r2; there is r1\n$/],
    [['replay', 'r1', '--once', '--at', 'soon'], /^splitbrain: --at is a time .*; not soon\n$/],
    [['replay', 'r1', '--once', '--size', '5x5'], /^splitbrain: --size is columns x rows, .*; not 5x5\n$/],
    [['replay', 'r1', '--once', '--view', '9'], /^splitbrain: --view is one of 1, 2, .*; not 9\n$/],
  ])('%j is one line and 2', async (args, line) => {
    const { code, out, err } = await runBuilt(args, '', recorded())
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err).toMatch(line)
  })
})

const skipped = spawner === null && !process.env.CI
describe.skipIf(skipped)(`splitbrain replay on a real terminal${skipped ? ' (skipped: @lydell/node-pty is missing)' : ''}`, () => {
  it('steps, plays, and leaves the terminal as it was, with a line on where', async () => {
    if (spawner === null) throw new Error('@lydell/node-pty is missing: npm ci installs it')
    const session = openSession(spawner, recorded(), ['replay', 'r1'])
    open.push(session)
    const { sees, type, settings, bytes, cells } = session
    await sees(/‖ paused {3}0\.000s of 2\.572s/)
    const painted = bytes().length
    type('n')
    await sees(/^ leader n3 {2}term 1 .*▲ partition n3/m)
    type('\x1b[F')
    await sees(/‖ paused {3}2\.572s of 2\.572s {2}1× {2}✗ linearizable invalid/)
    type(' ')
    await sees(/▶ playing/)
    type('q')
    await sees(/left 0/)
    expect(settings('after')).toBe(settings('before'))
    expect(cells.all().join('\n')).toMatch(/^left at \d\.\ds of 2\.5s; again from there: splitbrain replay r1 --at \d\.\ds$/m)
    expect(bytes().slice(painted)).not.toMatch(/\x1b\[[23]J/)
  })
})
