/** How much of a run a page may hold. What is more is left out, counted, and said on the page. */
export interface Budget {
  /** Close looks. */
  readonly windows: number
  /** Close looks while violations alone ask for them; no fewer than `windows`. */
  readonly violationWindows: number
  readonly messagesPerWindow: number
  readonly operationsPerWindow: number
  /** Operations that show violations, of all violations together. */
  readonly witness: number
  /** Of health, of who leads, and of each node. */
  readonly changes: number
  /** Lines for people, commands, and faults; each of them. */
  readonly lines: number
}

export const FULL_BUDGET: Budget = {
  windows: 12,
  violationWindows: 24,
  messagesPerWindow: 240,
  operationsPerWindow: 160,
  witness: 200,
  changes: 4_000,
  lines: 1_500,
}

/** A smaller page, `share` between 0 and 1; a little of everything always stays. */
export function budgetOf(share: number): Budget {
  const part = (whole: number, least: number): number => Math.max(least, Math.round(whole * share))
  // Each window that stays is also thinner, so their number goes down more slowly.
  const windows = (whole: number): number => Math.max(3, Math.round(whole * Math.sqrt(share)))
  return {
    windows: windows(FULL_BUDGET.windows),
    violationWindows: windows(FULL_BUDGET.violationWindows),
    messagesPerWindow: part(FULL_BUDGET.messagesPerWindow, 20),
    operationsPerWindow: part(FULL_BUDGET.operationsPerWindow, 10),
    witness: part(FULL_BUDGET.witness, 16),
    changes: part(FULL_BUDGET.changes, 40),
    lines: part(FULL_BUDGET.lines, 40),
  }
}
