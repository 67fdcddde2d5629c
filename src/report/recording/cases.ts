/** Blocks and what came of them: of the result, or, of a run that has none yet, of what the stream told until then. */
import type { CaseResult, CaseStatus } from '../result.ts'
import type { BlockMark, KeptResult, Story } from './types.ts'

/** What a page shows of a block. */
export type ShownCase = Pick<CaseResult, 'line' | 'heading' | 'why' | 'commands' | 'ms'> & { readonly status: CaseStatus | 'begun' }

export function casesOf(result: KeptResult | null, story: Story): readonly ShownCase[] {
  if (result !== null && result.cases.length > 0) return result.cases
  return story.blocks
    .filter(({ status }) => status === 'begun')
    .map((begun, i, all) => caseOf(begun, all[i + 1]?.atNs ?? story.lastNs + 1, story))
}

/** One block at a time: its commands are those that people, which the lab stands for, gave before the next one began. */
function caseOf(begun: BlockMark, nextNs: number, { blocks, commands, lastNs }: Story): ShownCase {
  const end = blocks.find(({ line, status, atNs }) => line === begun.line && status !== 'begun' && atNs >= begun.atNs)
  const mine = commands.filter(({ atNs, author }) => author === 'person' && atNs >= begun.atNs && atNs < nextNs)
  return {
    line: begun.line,
    heading: begun.heading,
    status: end?.status ?? 'begun',
    why: null,
    // Which line of the file a command stood on the stream does not say; they stand in the order of the block.
    commands: mine.map(({ text, answer, atNs }) => ({
      line: 0,
      command: text,
      passed: true,
      expected: null,
      actual: answer?.text ?? '(no answer yet)',
      lateMs: 0,
      ms: ((answer?.atNs ?? lastNs) - atNs) / 1e6,
    })),
    ms: ((end?.atNs ?? lastNs) - begun.atNs) / 1e6,
  }
}
