/**
 * A question of a lesson. The grammar is that of `lab/language/predict.ts`; this room stands below the language and may not import it, so a test
 * holds the two against each other (`test/report/page/same-grammar.test.ts`), and so it is with the fences of `prose.ts`.
 */

export interface Question {
  readonly question: string
  readonly choices: readonly { readonly text: string; readonly right: boolean }[]
  readonly because: string
}

export function readQuestion(body: readonly string[]): Question {
  const lines = body.map((line) => line.trim())
  const end = lines.findIndex((line) => /^because:/i.test(line))
  const asked = end < 0 ? lines : lines.slice(0, end)
  const choices = asked.flatMap((line) => {
    const found = CHOICE.exec(line)
    return found === null ? [] : [{ text: found[2] ?? '', right: found[1] !== ' ' }]
  })
  const first = asked.findIndex((line) => CHOICE.test(line))
  const because = end < 0 ? '' : joined(lines.slice(end)).slice('because:'.length).trim()
  return { question: joined(first < 0 ? asked : asked.slice(0, first)), choices, because }
}

const CHOICE = /^[-*] \[([ xX])\]\s*(.*)$/

function joined(lines: readonly string[]): string {
  return lines.join(' ').replace(/\s+/g, ' ').trim()
}
