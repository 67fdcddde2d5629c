/** What a student ticked, beside what the key says. */
import type { Prediction } from '../language/lab-types.ts'
import { readMarkdown } from '../language/markdown.ts'
import { readPrediction } from '../language/predict.ts'

/** By question; asked twice, the first that stands there. A tick is a choice that is `right`. */
export function tickedIn(text: string): ReadonlyMap<string, Prediction> {
  const found = new Map<string, Prediction>()
  for (const piece of readMarkdown(text)) {
    if (piece.kind !== 'fence' || piece.info.split(/\s+/)[0] !== 'predict') continue
    const prediction = readPrediction(piece, '', () => {}, true)
    if (!found.has(prediction.question)) found.set(prediction.question, prediction)
  }
  return found
}

/** `right: the third`; several questions stand side by side. */
export function predictionCell(asked: readonly Prediction[], ticked: ReadonlyMap<string, Prediction>): string {
  return asked.map((question) => answerTo(question, ticked.get(question.question))).join('; ')
}

function answerTo({ choices }: Prediction, answer: Prediction | undefined): string {
  if (answer === undefined) return 'missing'
  const chosen = answer.choices.filter(({ right }) => right).map(({ text }) => text)
  if (chosen.length === 0) return 'not ticked'
  const unknown = chosen.find((text) => !choices.some((choice) => choice.text === text))
  if (unknown !== undefined) return 'wrong: not one of the choices'
  const right = choices.every((choice) => choice.right === chosen.includes(choice.text))
  return `${right ? 'right' : 'wrong'}: ${chosen.join(' and ')}`
}
