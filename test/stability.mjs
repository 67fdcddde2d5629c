// How often does a lab fail that should not? Runs every lab again and again, also beside two busy loops, and prints a table of failures.
//   node test/stability.mjs [--times 10] [--smoke 100] [--busy 3] [--minutes 180] [PATHS…]
// A failure during which the machine stood still says so, and still counts. Ends with 1 if anything failed.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)))
const COMMAND = join(ROOT, 'bin', 'splitbrain.js')
const ONE_RUN_MS = 15 * 60_000
const STALL_MS = 100
/** Ends when whoever started it is gone, and after an hour whatever happens. */
const BUSY = 'const parent = process.ppid, end = Date.now() + 3_600_000; while (process.ppid === parent && Date.now() < end);'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '10' },
    smoke: { type: 'string', default: '100' },
    busy: { type: 'string', default: '3' },
    minutes: { type: 'string', default: '180' },
  },
})
const endMs = Date.now() + Number(values.minutes) * 60_000
/** Run folders of failed runs stay here; the lab keeps the newest twenty, failed ones first. */
const scratch = mkdtempSync(join(tmpdir(), 'splitbrain-stability-'))
const children = new Set()
const tallies = new Map()
const failures = []
let over = false

for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, leave)

const files = (positionals.length > 0 ? positionals : ['labs']).flatMap((path) => labFiles(resolve(ROOT, path)))
for (const file of files) await repeat(file, Number(file === join(ROOT, 'labs', 'smoke.md') ? values.smoke : values.times), 'alone')
if (Number(values.busy) > 0 && !over) {
  const loops = [start(['-e', BUSY]), start(['-e', BUSY])]
  for (const file of files) await repeat(file, Number(values.busy), 'busy')
  for (const loop of loops) loop.kill('SIGKILL')
}
report()
process.exit(failures.length === 0 && !over ? 0 : 1)

/** Labs are the Markdown files whose front matter has a mode. */
function labFiles(path) {
  if (statSync(path).isDirectory()) {
    return readdirSync(path)
      .sort()
      .flatMap((name) => labFiles(join(path, name)))
  }
  return path.endsWith('.md') && /^---\n(?:.*\n)*?mode:/.test(readFileSync(path, 'utf8')) ? [path] : []
}

async function repeat(file, times, company) {
  for (let round = 1; round <= times && !over; round++) {
    if (Date.now() > endMs) {
      over = true
      console.log(`stopped after ${values.minutes} minutes, before round ${round} of ${relative(ROOT, file)} (${company})`)
      return
    }
    const found = await runOnce(file)
    const tally = tallies.get(file) ?? { alone: 0, busy: 0, failed: 0 }
    tally[company]++
    if (found !== null) {
      tally.failed++
      failures.push({ file: relative(ROOT, file), company, round, ...found })
      console.log(failureLine(failures.at(-1)))
    }
    tallies.set(file, tally)
  }
}

function start(args) {
  const child = spawn(process.execPath, args, { cwd: scratch, stdio: 'ignore' })
  children.add(child)
  child.once('exit', () => children.delete(child))
  return child
}

/** Null when it passed, else what failed. */
async function runOnce(file) {
  const json = join(scratch, `result-${tallies.size}-${Date.now()}.json`)
  const child = start([COMMAND, 'run', file, '--json', json])
  let late = false
  const timer = setTimeout(() => {
    late = true
    child.kill('SIGKILL')
  }, ONE_RUN_MS)
  const code = await new Promise((resolve) => child.once('exit', resolve))
  clearTimeout(timer)
  if (code === 0) return null
  if (late) return { what: `no end within ${ONE_RUN_MS / 60_000} minutes`, stallMs: 0, folder: null }
  if (!existsSync(json)) return { what: `exit code ${code}, no result`, stallMs: 0, folder: null }
  return firstFailure(JSON.parse(readFileSync(json, 'utf8')), code)
}

function firstFailure({ suites }, code) {
  for (const suite of suites) {
    const folder = suite.folder ?? null
    const suiteStall = longest(suite.stalls)
    const bad = suite.cases.find(({ status }) => status !== 'passed' && status !== 'skipped')
    if (bad !== undefined) {
      const command = bad.commands.find(({ passed }) => !passed)?.command ?? ''
      return { what: `${bad.heading}: ${command}: ${bad.why ?? bad.status}`, stallMs: longest(bad.stalls), folder }
    }
    const check = suite.checks.find(({ passed }) => !passed)
    if (check !== undefined) return { what: `${check.name}: ${check.verdict}, ${check.why}`, stallMs: suiteStall, folder }
    if (suite.cut !== 'none') return { what: suite.cut, stallMs: suiteStall, folder }
  }
  return { what: `exit code ${code}`, stallMs: 0, folder: null }
}

function longest(stalls) {
  return Math.max(0, ...stalls.map(({ ms }) => ms))
}

function failureLine({ file, company, round, what, stallMs, folder }) {
  const stall = stallMs > STALL_MS ? ` [the machine stalled ${Math.round(stallMs)} ms]` : ''
  return `${file} (${company}, round ${round}): ${what.replaceAll('\n', ' ').slice(0, 200)}${stall}${folder === null ? '' : ` ${folder}`}`
}

function report() {
  const rows = [...tallies].map(([file, { alone, busy, failed }]) => [relative(ROOT, file), alone, busy, failed])
  const width = Math.max(4, ...rows.map(([file]) => file.length))
  console.log(`\n${'lab'.padEnd(width)}  alone  busy  failed`)
  for (const [file, alone, busy, failed] of rows) {
    console.log(`${file.padEnd(width)}  ${String(alone).padStart(5)}  ${String(busy).padStart(4)}  ${String(failed).padStart(6)}`)
  }
  const runs = rows.reduce((sum, [, alone, busy]) => sum + alone + busy, 0)
  const stalled = failures.filter(({ stallMs }) => stallMs > STALL_MS).length
  console.log(
    `${runs} runs, ${failures.length} failed${stalled === 0 ? '' : `, ${stalled} of them while the machine stalled`}; run folders in ${scratch}`,
  )
}

function leave() {
  for (const child of children) child.kill('SIGKILL')
  report()
  process.exit(130)
}
