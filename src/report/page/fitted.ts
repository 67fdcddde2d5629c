/** From a run folder to its page, small enough to send: if it is too large, less of the busiest parts is drawn, and the page says so. */
import { budgetOf } from '../recording/budget.ts'
import { readRecording } from '../recording/recording.ts'
import { page } from './page.ts'

/** A page is at most a megabyte. Bytes; some room is left for what mail adds. */
export const LARGEST_PAGE = 1_000_000
const MOST_TRIES = 6

/** Of a run for which that is not enough, the page says how large it is. */
export async function pageOfRun(folder: string, largest = LARGEST_PAGE): Promise<string> {
  let share = 1
  for (let tries = 1; ; tries++) {
    const recording = await readRecording(folder, budgetOf(share))
    const text = page(recording)
    const bytes = Buffer.byteLength(text)
    if (bytes <= largest) return text
    if (tries >= MOST_TRIES) return page(recording, bytes)
    // Less than in proportion: part of a page does not shrink.
    share *= Math.min(0.6, (0.8 * largest) / bytes)
  }
}
