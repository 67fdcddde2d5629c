import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const launcher = join(import.meta.dirname, '../../bin/splitbrain.js')

/** The launcher in a process that believes to be something else. */
function launchAs(property: string, value: unknown) {
  const pretend = `Object.defineProperty(process, ${JSON.stringify(property)}, { value: ${JSON.stringify(value)} })`
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--import', `data:text/javascript,${encodeURIComponent(pretend)}`, launcher],
    { encoding: 'utf8' },
  )
  return { status, stdout, stderr }
}

describe('what cannot run Splitbrain hears it in one line', () => {
  it.each(['18.20.4', '20.18.3'])('Node %s', (node) => {
    expect(launchAs('versions', { node })).toEqual({
      status: 3,
      stdout: '',
      stderr: `splitbrain: needs Node 20.19 or newer; this is Node ${node}\n`,
    })
  })

  it('native Windows', () => {
    expect(launchAs('platform', 'win32')).toEqual({
      status: 3,
      stdout: '',
      stderr: 'splitbrain: native Windows cannot stop and continue processes; use WSL\n',
    })
  })
})
