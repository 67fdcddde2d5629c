/** A lesson on a real terminal, with the built program: guess, run, see it tick, fail, try again, meddle, put back. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { freshFolder, runBuilt } from './run-built.ts'
import { loadPty, openSession, processesOf } from './terminal.ts'

const spawner = await loadPty()
const folder = freshFolder()
const sessions: { end(): void }[] = []
afterAll(() => {
  for (const session of sessions) session.end()
})

const LESSON = `---
title: A small lesson
mode: raft
nodes: 3
preset: fast
seed: 4
---
# A small lesson
Three servers.
\`\`\`predict
Is it there?
- [x] yes
- [ ] no
because: a majority has it.
\`\`\`
## It is kept
\`\`\`lab
> put city Oslo timeout=15s
> get city timeout=15s
Oslo
> kill n2
\`\`\`
## It fails
\`\`\`lab
> expect failed = 1
> get own timeout=15s
mine
\`\`\`
`

test.skipIf(spawner === null)(
  'a lesson is played to its verdict',
  async () => {
    if (spawner === null) return
    writeFileSync(join(folder, 'lesson.md'), LESSON)
    const session = openSession(spawner, folder, ['play', 'lesson.md'], { columns: 120, rows: 36 })
    sessions.push(session)
    await session.sees(/Press 1 or 2/)
    session.type('1')
    await session.sees(/Enter runs this step/)
    session.type('\r')
    await session.sees(/✓ get city timeout=15s → Oslo/)
    await session.sees(/You were right: yes/)
    await session.sees(/Enter runs this step/)
    session.type('restart n2\r')
    await session.sees(/restart n2 +→ ok/)
    session.type('\r')
    await session.sees(/You restarted n2\./)
    session.type('\r')
    await session.sees(/> kill n2/)
    await session.sees(/✗ get own timeout=15s/)
    await session.sees(/r Enter tries again from "It fails"/)
    session.type('e\r')
    await session.sees(/expected {2}mine/)
    session.type('r\r')
    await session.sees(/left/)
    await session.sees(/r Enter tries again from "It fails"/)
    session.type('put own mine\r')
    await session.sees(/put own mine +→ ok/)
    session.type('\r')
    await session.sees(/Enter undoes every fault/)
    session.type('\r')
    await session.sees(/✓ linearizable: valid/)
    await session.sees(/1 of 2 steps passed, 1 of 1 predictions right/)
    session.type('\x04')
    await session.sees(/left 0/)
    expect(session.text()).toMatch(/1 of 2 steps passed/)
    expect(session.settings('after')).toBe(session.settings('before'))
    expect(processesOf(folder)).toEqual([])
  },
  60_000,
)

test('without a terminal play says in one line what to type instead', async () => {
  const ran = await runBuilt(['play', 'smoke'])
  expect(ran.code).toBe(2)
  expect(ran.err).toMatch(/^splitbrain: play needs a terminal.*splitbrain run smoke\n$/)
})
