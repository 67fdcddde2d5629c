/** `splitbrain [--mode M] [--nodes N] [--NAME VALUE]…`: the lab itself, on a terminal or in a pipe. */
import type { Command } from 'commander'
import type { ModeWords } from '../../lab/language/context.ts'
import { allSettings } from '../../lab/language/settings.ts'
import { nodeIds } from '../../machine/ids.ts'
import { exit } from '../../report/outcome.ts'
import { emptyScene } from '../../stream/scene.ts'
import type { LabPort } from '../../ui/lab-port.ts'
import { type Context, line, room, wantsLines } from '../context.ts'
import { readLines } from '../lines.ts'
import { nodeCount, seedText } from '../numbers.ts'
import type { OpenRequest } from '../rooms.ts'

interface LabFlags {
  readonly mode: string
  readonly nodes?: number
  readonly seed?: string
  readonly plain?: true
  readonly [setting: string]: unknown
}

const own = ['mode', 'nodes', 'seed', 'plain', 'help', 'version']

/** The settings of a mode are flags, so that `--pre-vote off` and `pre-vote: off` in a lab are one thing. */
export function addLabFlags(program: Command, modes: readonly ModeWords[], mode: ModeWords | null): void {
  program
    .option('--mode <name>', `the protocol: ${modes.map((one) => one.name).join(', ') || 'raft'}`, 'raft')
    .option('--nodes <count>', 'how many servers', nodeCount)
    .option('--seed <seed>', 'decides every random choice', seedText)
    .option('--plain', 'line mode, also on a terminal')
  if (mode === null) return
  for (const { name, kind, choices, fallback, help } of allSettings(mode, modes)) {
    if (own.includes(name)) continue
    const words = kind === 'on-off' ? ['on', 'off'] : (choices ?? [])
    // A long list stands in the text: in the flag it would push every explanation off the screen.
    const short = words.length > 0 && words.length <= 3
    const list = short || words.length === 0 ? '' : `: ${words.join(', ')}`
    program.option(`--${name} <${short ? words.join('|') : kind}>`, `${help}${list} (${fallback})`)
  }
}

function toRequest(flags: LabFlags, program: Command): OpenRequest {
  const settings: Record<string, string> = {}
  for (const option of program.options) {
    const name = option.name()
    const value = flags[option.attributeName()]
    if (!own.includes(name) && typeof value === 'string') settings[name] = value
  }
  return { mode: flags.mode, nodes: flags.nodes ?? null, seed: flags.seed ?? null, settings }
}

export async function openLabCommand(context: Context, program: Command, mode: ModeWords | null): Promise<number> {
  const flags = program.opts<LabFlags>()
  const request = toRequest(flags, program)
  const open = (): Promise<LabPort> => room(context, 'openLab')(request)
  const locals = new Map([['labs', async () => (await import('./labs.ts')).labLines(context)]])
  if (context.terminal !== null && flags.plain !== true && !wantsLines(context.env)) {
    const { runSession } = await import('../../ui/session.ts')
    const starting = emptyScene(request.mode, nodeIds(request.nodes ?? usualNodes(mode)), mode?.banner ?? null)
    return runSession(open, { ...context.terminal, env: context.env, locals, starting })
  }
  const { runLineMode } = await import('../line-mode.ts')
  const off = context.onInterrupt(() => {
    if (context.attended === true) line(context.stderr, '')
    context.exit(exit.interrupted)
  })
  const lab = await open()
  off()
  // For whoever sits there; a script has nobody beside it.
  if (context.terminal !== null && lab.dashboard != null) line(context.stderr, `# dashboard: ${lab.dashboard.words}`)
  return runLineMode({ lab, lines: readLines(context.stdin), context, locals, deaf: context.deaf })
}

/** How many servers there are when nobody says. */
function usualNodes(mode: ModeWords | null): number {
  if (mode === null) return 0
  return Number(allSettings(mode, [mode]).find(({ name }) => name === 'nodes')?.fallback ?? 0)
}
