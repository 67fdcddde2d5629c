/** From a run folder to its page, small enough to send: if it is too large, less of the busiest parts is drawn, and the page says so. */
import { FULL_BUDGET, readRecording } from '../recording/recording.ts'
import { page } from './page.ts'

/** A page is at most a megabyte. Bytes; some room is left for what mail adds. */
export const LARGEST_PAGE = 1_000_000
const MOST_TRIES = 5

export async function pageOfRun(folder: string, largest = LARGEST_PAGE): Promise<string> {
  let budget = FULL_BUDGET
  for (let tries = 1; ; tries++) {
    const text = page(await readRecording(folder, budget))
    if (Buffer.byteLength(text) <= largest || tries >= MOST_TRIES) return text
    budget = {
      windows: Math.max(3, Math.floor(budget.windows * 0.75)),
      messagesPerWindow: Math.floor(budget.messagesPerWindow / 2),
      operationsPerWindow: Math.floor(budget.operationsPerWindow / 2),
    }
  }
}
