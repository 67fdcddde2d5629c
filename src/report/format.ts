/** The lines that more than one reporter prints. */
import type { LabEvent } from '../history/types.ts'
import type { CaseResult, CommandResult, HostLoss, Incident, RibbonSpan, Stall, SuiteResult } from './result.ts'

/** A shorter pause of the machine explains no failure: election timeouts and patience are longer. Milliseconds. */
const TELLING_STALL_MS = 250

/** Those that may have to do with what went wrong. */
export function tellingStalls(stalls: readonly Stall[]): readonly Stall[] {
  return stalls.filter(({ ms }) => ms >= TELLING_STALL_MS)
}

/** Shown of the events before a failure. */
const LAST_EVENTS = 10

/** `3.0s`; under a second in milliseconds. */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`
  return ms < 60_000 ? `${(ms / 1000).toFixed(1)}s` : `${Math.floor(ms / 60_000)}m ${Math.round((ms % 60_000) / 1000)}s`
}

/** `healthy 3.0s | degraded 6.1s | unhealthy 4.2s` */
export function ribbonLine(ribbon: readonly RibbonSpan[]): string {
  return ribbon.map((one) => `${one.state} ${(one.ms / 1000).toFixed(1)}s`).join(' | ')
}

export function eventLine(event: LabEvent): string {
  return `# +${(event.time / 1e9).toFixed(3)}s ${event.text ?? event.type}`
}

export function stallLine(stall: Stall): string {
  return `the machine stalled ${Math.round(stall.ms)} ms (${stall.where}, +${(stall.time / 1e9).toFixed(3)}s)`
}

/** The promise that an incident breaks. */
export function incidentTitle({ kind }: Incident): string {
  return kind === 'death' ? 'no node dies by itself' : 'no worse than the faults allow'
}

export function incidentLine({ time, kind, text }: Incident): string {
  return `${text} (+${(time / 1e9).toFixed(3)}s)${kind === 'death' ? ', and no command of the lab explains it' : ''}`
}

/** Null when nothing was lost. */
export function hostLossLine(losses: readonly HostLoss[]): string | null {
  if (losses.length === 0) return null
  const sum = losses.reduce((all, { datagrams }) => all + datagrams, 0)
  return `this machine dropped ${sum} datagrams that no rule explains (${losses.map((one) => `${one.where} ${one.datagrams}`).join(', ')})`
}

export function failedCommand(result: CaseResult): CommandResult | null {
  return result.commands.find((command) => !command.passed) ?? null
}

/** Where to look: the command that failed, or the block. */
export function place(result: CaseResult): { readonly file: string; readonly line: number } {
  return { file: result.file, line: failedCommand(result)?.line ?? result.line }
}

/** One sentence: what a failed block is blamed for. */
export function blame(result: CaseResult): string {
  if (result.why !== null) return result.why
  const command = failedCommand(result)
  return command === null ? result.status : `${command.command}: ${command.actual}`
}

/** Everything about a block that did not pass, without its place: heading, command, expected, actual, last events, how to see it again. */
export function failureLines(result: CaseResult, suite: Pick<SuiteResult, 'reproduce'>): readonly string[] {
  const command = failedCommand(result)
  const lines: string[] = []
  if (command !== null) {
    lines.push(`command   ${command.command}`, ...hang('expected  ', command.expected ?? 'ok'), ...hang('actual    ', command.actual))
  }
  // The failed command says it all, but for a stall.
  if (result.why !== null && (command === null || !result.why.endsWith(command.actual))) lines.push(...hang('why       ', result.why))
  lines.push(...tellingStalls(result.stalls).map(stallLine))
  const events = result.events.slice(-LAST_EVENTS)
  if (events.length > 0) lines.push('last events', ...events.map((event) => `  ${eventLine(event)}`))
  lines.push(`again     ${suite.reproduce}`)
  return lines
}

/** A label before the first line, blanks of its width before the others. */
function hang(label: string, text: string): readonly string[] {
  return text.split('\n').map((line, at) => (at === 0 ? label : ' '.repeat(label.length)) + line)
}
