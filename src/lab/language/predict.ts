import type { Report } from './front-matter.ts'
import type { Prediction } from './lab-types.ts'
import type { Fence } from './markdown.ts'

/**
 * A question, two choices or more with at least one right, and `because:` with the explanation. `exercise`: the file has blocks for a
 * student, who gets the question without the answer, and ticks what he or she expects.
 */
export function readPrediction(fence: Fence, heading: string, report: Report, exercise: boolean): Prediction {
  const question: string[] = []
  const choices: { text: string; right: boolean }[] = []
  let because: string[] | null = null
  for (const [i, raw] of fence.body.entries()) {
    const line = raw.trim()
    const choice = /^[-*] \[([ xX])\]\s*(.*)$/.exec(line)
    if (because !== null) because.push(line)
    else if (choice !== null) choices.push({ text: choice[2] ?? '', right: choice[1] !== ' ' })
    else if (/^because:/i.test(line)) because = [line.slice('because:'.length).trim()]
    else if (choices.length === 0) question.push(line)
    else if (line !== '') report(fence.bodyLine + i, 'after the choices comes because: and the explanation')
  }
  const prediction = { question: joined(question), choices, because: joined(because ?? []) }
  if (prediction.question === '') report(fence.line, 'a prediction begins with a question')
  if (choices.length < 2) report(fence.line, 'a prediction needs two choices or more, lines like - [ ] the second')
  if (!exercise && choices.length > 0 && !choices.some(({ right }) => right)) report(fence.line, 'no choice is right: mark it - [x]')
  if (!exercise && prediction.because === '') report(fence.line, 'a prediction ends with because: and the explanation')
  return { kind: 'predict', line: fence.line, heading, ...prediction }
}

function joined(lines: readonly string[]): string {
  return lines.join(' ').replace(/\s+/g, ' ').trim()
}
