// The project's test command. `npm test` is the short round (six minutes at most on two cores), `npm run test:full` the long one.
// Every step runs even if an earlier one failed; the last line counts them all.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const full = process.argv.includes('--full')
const scratch = mkdtempSync(join(tmpdir(), 'splitbrain-test-'))
const started = Date.now()
let passed = 0
let failed = 0

function run(command, args, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, ...env } })
    child.on('error', (error) => {
      console.log(`cannot run ${command}: ${error.message}`)
      resolve(1)
    })
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

async function step(name, count) {
  const at = Date.now()
  console.log(`\n── ${name}`)
  const [good, bad] = await count()
  passed += good
  failed += bad
  console.log(`── ${name}: ${bad === 0 ? 'passed' : 'FAILED'} in ${((Date.now() - at) / 1000).toFixed(1)} s`)
}

/** A step that is one check. */
const single = (command, args, env) => async () => ((await run(command, args, env)) === 0 ? [1, 0] : [0, 1])

function vitest(name, args) {
  return async () => {
    const report = join(scratch, `${name}.json`)
    const code = await run('npx', ['vitest', 'run', '--reporter=default', '--reporter=json', `--outputFile=${report}`, ...args])
    if (!existsSync(report)) return [0, 1]
    const counted = JSON.parse(readFileSync(report, 'utf8'))
    // An error outside any test (an unhandled rejection, a file that does not load) fails the run without failing a test.
    const unaccounted = code !== 0 && counted.numFailedTests === 0 ? 1 : 0
    return [counted.numPassedTests, counted.numFailedTests + unaccounted]
  }
}

function labs(name, paths, options = []) {
  return async () => {
    const report = join(scratch, `${name}.json`)
    const code = await run(process.execPath, ['bin/splitbrain.js', 'run', ...paths, '--json', report, ...options])
    if (!existsSync(report)) return [0, 1]
    const cases = JSON.parse(readFileSync(report, 'utf8')).suites.flatMap((suite) => suite.cases)
    const bad = cases.filter((each) => each.status !== 'passed').length
    return [cases.length - bad, bad === 0 && code !== 0 ? 1 : bad]
  }
}

const seeds = (mode, range) => single(process.execPath, ['bin/splitbrain.js', 'sim', '--mode', mode, '--seeds', range])

await step('build', single(process.execPath, ['build.mjs']))
await step('types', single('npx', ['tsc', '--noEmit']))
await step('lint', single('npx', ['biome', 'check', '.']))
await step('unit and end-to-end tests', vitest('unit', []))
await step(full ? 'Raft in the simulator, 3,000 seeds' : 'Raft in the simulator, 200 seeds', seeds('raft', full ? '1..3000' : '1..200'))
await step(full ? 'Dynamo in the simulator, 500 seeds' : 'Dynamo in the simulator, 40 seeds', seeds('dynamo', full ? '1..500' : '1..40'))
await step('smoke labs', labs('smoke', ['labs/smoke.md', 'labs/dynamo/cap.md']))
if (full) {
  await step('slow tests', vitest('slow', ['--config', 'test/slow/vitest.config.ts']))
  const themes = readdirSync('labs').filter((name) => name !== 'README.md' && name !== 'smoke.md')
  await step(
    'all labs',
    labs(
      'labs',
      themes.map((name) => join('labs', name)),
      // Most of a lab is waiting; three at once is what two cores bear.
      ['--jobs', '3'],
    ),
  )
}

rmSync(scratch, { recursive: true, force: true })
console.log(`\n${full ? 'full' : 'short'} round in ${((Date.now() - started) / 1000).toFixed(0)} s`)
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
