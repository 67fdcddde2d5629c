/**
 * What the full screen costs: bytes to the terminal, clears, processor and memory of the lab's own process, how soon it is there, and how
 * soon a key is seen. The same lab in line mode stands beside it for what is not the screen's.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as pause } from 'node:timers/promises'
import { median } from './alternate.ts'
import { cpuSeconds, memoryMb } from './processes.ts'
import { quantile } from './statistics.ts'
import { hasScript, TerminalLab, type TerminalSize } from './terminal-lab.ts'

export interface ScreenBenchOptions {
  /** How long a window measures, milliseconds. */
  readonly ms?: number
  readonly starts?: number
  readonly letters?: number
  /** The program that makes the pseudo-terminal. */
  readonly script?: string
}

/** What one window saw. */
interface Traffic {
  readonly bytesPerSecond: number
  readonly framesPerSecond: number
  readonly bytesPerFrame: number
  /** Parts of a core. */
  readonly cpu: number
}

const SMALL: TerminalSize = { columns: 120, rows: 40 }
const LARGE: TerminalSize = { columns: 200, rows: 50 }
const RATE = 200
/** Code is cold and the first pictures of a state are drawn: not counted. */
const WARMING_MS = 3_000
/** A word that begins no command, so that nothing on the prompt is offered in grey before it is typed. */
const WORD = 'overlappingquorums'

type Print = (line: string) => void

export async function benchScreen(print: Print, options: ScreenBenchOptions = {}): Promise<void> {
  const { ms = 10_000, starts = 7, letters = 200, script } = options
  if (!hasScript(script)) return print('screen    skipped: script of util-linux is not on this machine')
  const baseDir = mkdtempSync(join(tmpdir(), 'splitbrain-bench-'))
  const remove = (): void => rmSync(baseDir, { recursive: true, force: true, maxRetries: 5 })
  // An interrupt ends the process without coming back here.
  process.once('exit', remove)
  let folders = 0
  const folder = (): string => join(baseDir, String(folders++))
  try {
    const begun: Start[] = []
    for (let i = 0; i < starts; i++) begun.push(await withLab(SMALL, folder(), [], started))
    print(`screen    ${starts} starts, 5 nodes: first frame ${spreadOf(begun.map((start) => start.firstFrameMs))}`)
    print(`          healthy on the screen ${spreadOf(begun.map((start) => start.healthyMs))}`)
    await withLab(SMALL, folder(), [], (lab) => onScreen(lab, SMALL, { ms, letters, print }))
    await withLab(LARGE, folder(), [], (lab) => onScreen(lab, LARGE, { ms, letters: 0, print }))
    await withLab(SMALL, folder(), ['--plain'], (lab) => inLines(lab, ms, print))
  } finally {
    process.off('exit', remove)
    remove()
  }
}

async function withLab<T>(size: TerminalSize, folder: string, args: readonly string[], work: (lab: TerminalLab) => Promise<T>): Promise<T> {
  const lab = new TerminalLab({ size, folder, args })
  try {
    const result = await work(lab)
    await lab.quit()
    return result
  } finally {
    await lab.close()
  }
}

interface Start {
  readonly firstFrameMs: number
  readonly healthyMs: number
}

async function started(lab: TerminalLab): Promise<Start> {
  const firstMs = await lab.until('a frame', () => lab.counts.frames > 0)
  const healthyMs = await lab.until('healthy', isHealthy)
  return { firstFrameMs: firstMs - lab.execMs, healthyMs: healthyMs - lab.execMs }
}

const isHealthy = (text: string): boolean => /^ ● healthy/m.test(text)

interface OnScreen {
  readonly ms: number
  /** Typed while the load runs; none: the echo is not measured. */
  readonly letters: number
  readonly print: Print
}

async function onScreen(lab: TerminalLab, { columns, rows }: TerminalSize, { ms, letters, print }: OnScreen): Promise<void> {
  await lab.until('healthy', isHealthy)
  await pause(WARMING_MS)
  const memory = [memoryMb(lab.pid, 'Rss')]
  const fromMs = performance.now()
  const quiet = await traffic(lab, ms)
  const load = await startLoad(lab)
  await pause(WARMING_MS)
  const loaded = await traffic(lab, ms)
  const echo = letters === 0 ? [] : await echoes(lab, letters)
  const perSecond = await load.stop()
  memory.push(memoryMb(lab.pid, 'Rss'))
  const seconds = (performance.now() - fromMs) / 1000
  const name = `${columns}x${rows}`
  print(`          ${name}, quiet: ${described(quiet)}`)
  print(`          ${name}, ${perSecond.toFixed(0)} operations a second: ${described(loaded)}`)
  const { clears, frames, largestFrame } = lab.counts
  print(`          ${name}: ${clears} clears after the first of ${frames} frames; the largest frame ${kb(largestFrame)} kB`)
  print(`          ${name}: resident memory ${memory.map((mb) => mb.toFixed(0)).join(' MB, then ')} MB after ${seconds.toFixed(0)} s`)
  if (echo.length > 0) {
    const ms = (q: number): string => quantile(echo, q).toFixed(1)
    print(`          ${name}: key echo under that load: n=${echo.length} p50 ${ms(0.5)} p99 ${ms(0.99)} max ${ms(1)} ms`)
  }
}

async function inLines(lab: TerminalLab, ms: number, print: Print): Promise<void> {
  lab.enter('expect healthy within 20s')
  await lab.until('healthy', (text) => /^ok/m.test(text))
  await pause(WARMING_MS)
  const quiet = await traffic(lab, ms)
  const load = await startLoad(lab)
  await pause(WARMING_MS)
  const loaded = await traffic(lab, ms)
  const perSecond = await load.stop()
  print(`          --plain, quiet: ${kb(quiet.bytesPerSecond)} kB/s, processor ${quiet.cpu.toFixed(3)} of a core`)
  print(
    `          --plain, ${perSecond.toFixed(0)} operations a second: ${kb(loaded.bytesPerSecond)} kB/s, processor ${loaded.cpu.toFixed(3)} of a core`,
  )
}

async function traffic(lab: TerminalLab, ms: number): Promise<Traffic> {
  const before = { bytes: lab.bytes, ...lab.counts, cpu: cpuSeconds([lab.pid]), ms: performance.now() }
  await pause(ms)
  const seconds = (performance.now() - before.ms) / 1000
  const { frames, frameBytes } = lab.counts
  return {
    bytesPerSecond: (lab.bytes - before.bytes) / seconds,
    framesPerSecond: (frames - before.frames) / seconds,
    bytesPerFrame: (frameBytes - before.frameBytes) / (frames - before.frames),
    cpu: (cpuSeconds([lab.pid]) - before.cpu) / seconds,
  }
}

/** The answer to its stop says how many operations it really did. */
async function startLoad(lab: TerminalLab): Promise<{ stop(): Promise<number> }> {
  lab.enter(`load start rate=${RATE}/s`)
  const fromMs = await lab.until('the load', (text) => text.includes('undo: load stop'))
  return {
    stop: async () => {
      lab.enter('load stop')
      let operations = 0
      const toMs = await lab.until('the end of the load', (text) => {
        const counted = /ok (\d+) ok, (\d+) fail, (\d+) unknown/.exec(text)
        if (counted === null) return false
        operations = counted.slice(1).reduce((sum, count) => sum + Number(count), 0)
        return true
      })
      return operations / ((toMs - fromMs) / 1000)
    },
  }
}

/** From a letter's leaving to the arrival of the frame in which the prompt shows it. */
async function echoes(lab: TerminalLab, letters: number): Promise<number[]> {
  const samples: number[] = []
  let typed = ''
  for (let i = 0; i < letters; i++) {
    if (typed === WORD) {
      lab.type('\x15')
      await lab.until('an empty prompt', (text) => !promptOf(text).startsWith(`❯ ${WORD[0]}`))
      typed = ''
    }
    // Not in step with the paints, or every letter would wait as long as the first.
    await pause(20 + ((i * 37) % 90))
    typed += WORD[typed.length]
    const sentMs = performance.now()
    lab.type(typed.slice(-1))
    samples.push((await lab.until(`the prompt with ${typed}`, (text) => promptOf(text).startsWith(`❯ ${typed}`))) - sentMs)
  }
  return samples
}

/** The lowest row that begins as the prompt does: above it are lines that were entered. */
function promptOf(text: string): string {
  return text.slice(text.lastIndexOf('\n❯ ') + 1).split('\n', 1)[0] ?? ''
}

function described({ bytesPerSecond, framesPerSecond, bytesPerFrame, cpu }: Traffic): string {
  return `${kb(bytesPerSecond)} kB/s, ${framesPerSecond.toFixed(1)} frames a second of ${bytesPerFrame.toFixed(0)} bytes, processor ${cpu.toFixed(3)} of a core`
}

const kb = (bytes: number): string => (bytes / 1000).toFixed(2)

function spreadOf(samples: readonly number[]): string {
  return `median ${median(samples).toFixed(0)} ms (${Math.min(...samples).toFixed(0)} to ${Math.max(...samples).toFixed(0)})`
}
