/**
 * Pictures of the screen: runs a command in a pseudo-terminal, types into it, and writes what stands on the screen as SVG, and as PNG where
 * `rsvg-convert` is installed. `node test/screenshot.mjs OUT.svg 120x40 'put city Oslo\r' 'wait:1500' 'kill leader\r' 'until:degraded' -- --nodes 5`
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pty from '@lydell/node-pty'
import xterm from '@xterm/headless'
import { cellsToSvg } from './screen-svg.mjs'

const dashes = process.argv.indexOf('--')
const own = process.argv.slice(2, dashes < 0 ? undefined : dashes)
const args = dashes < 0 ? [] : process.argv.slice(dashes + 1)
const [out = 'screen.svg', size = '120x40', ...steps] = own
const [cols = 120, rows = 40] = size.split('x').map(Number)
const PATIENCE_MS = 20_000

const emulator = new xterm.Terminal({ cols, rows, allowProposedApi: true })
const folder = mkdtempSync(join(tmpdir(), 'splitbrain-shot-'))
const { CI: _, NO_COLOR: __, ...env } = process.env
const child = pty.spawn(process.execPath, [resolve('bin/splitbrain.js'), ...args], {
  cols,
  rows,
  cwd: folder,
  env: { ...env, TERM: process.env.SHOT_TERM ?? 'xterm-256color', XDG_STATE_HOME: process.env.SHOT_STATE ?? folder },
})
let bytes = 0
let cursorShown = true
child.onData((data) => {
  bytes += data.length
  const [on, off] = [data.lastIndexOf('\x1b[?25h'), data.lastIndexOf('\x1b[?25l')]
  if (on !== off) cursorShown = on > off
  emulator.write(data)
})
const left = new Promise((done) => child.onExit(done))

const sleep = (ms) => new Promise((done) => setTimeout(done, ms))
const text = () =>
  Array.from(
    { length: rows },
    (_, at) => emulator.buffer.active.getLine(emulator.buffer.active.baseY + at)?.translateToString(true) ?? '',
  ).join('\n')

async function until(pattern) {
  const limit = Date.now() + PATIENCE_MS
  while (!pattern.test(text())) {
    if (Date.now() > limit) throw new Error(`never saw ${pattern} in\n${text()}`)
    await sleep(30)
  }
}

try {
  await until(/healthy|degraded/)
  for (const step of steps) {
    if (step.startsWith('wait:')) await sleep(Number(step.slice(5)))
    else if (step.startsWith('until:')) await until(new RegExp(step.slice(6)))
    else child.write(step.replaceAll('\\r', '\r').replaceAll('\\e', '\x1b').replaceAll('\\t', '\t'))
  }
  await sleep(150)
  writeFileSync(out, cellsToSvg(emulator, cursorShown))
  const png = out.replace(/\.svg$/, '.png')
  const drawn = spawnSync('rsvg-convert', ['-o', png, out])
  console.log(`${out}${drawn.status === 0 ? `, ${png}` : ''}; ${bytes} bytes to the terminal`)
} finally {
  child.kill('SIGTERM')
  await Promise.race([left, sleep(6000)])
  rmSync(folder, { recursive: true, force: true })
}
