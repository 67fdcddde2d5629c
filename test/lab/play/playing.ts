/** A lab as text, parsed and played on a real small cluster without waiting between commands. */

import { Lab } from '../../../src/lab/lab.ts'
import type { LabSource } from '../../../src/lab/lab-files.ts'
import { labContext } from '../../../src/lab/lab-files.ts'
import { parseLab } from '../../../src/lab/language/lab-file.ts'
import { optionsFrom } from '../../../src/lab/open.ts'
import { chooseRun, lessonOf } from '../../../src/lab/play/lesson.ts'
import { Player } from '../../../src/lab/play/player.ts'
import type { LessonProgress } from '../../../src/lab/play/progress.ts'
import type { Lesson, PlayState } from '../../../src/lab/play/types.ts'
import type { LabEvent } from '../../../src/lab/types.ts'
import { findMode } from '../../../src/modes/registry.ts'
import { freshFolder } from '../real-lab.ts'

export function sourceOf(text: string): LabSource {
  const file = 'lesson.md'
  const parsed = parseLab(text, file, labContext)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems))
  return { file, text, lab: parsed.lab }
}

export function lessonFrom(text: string, mode: string | null = null): Lesson {
  const source = sourceOf(text)
  return lessonOf(source, chooseRun(source, mode))
}

export interface Playing {
  readonly lab: Lab
  readonly player: Player
  readonly events: readonly LabEvent[]
  readonly kept: readonly LessonProgress[]
  /** An empty Enter; resolves with the state once nothing is under way. */
  enter(): Promise<PlayState>
  say(input: Parameters<Player['say']>[0]): Promise<PlayState>
}

export async function play(text: string, until: number | null = null): Promise<Playing> {
  const source = sourceOf(text)
  const labRun = chooseRun(source, null)
  const mode = findMode(labRun.mode)
  if (mode === null) throw new Error(`no mode ${labRun.mode}`)
  const run = { ...optionsFrom(mode, labRun.given), baseDir: freshFolder(), patience: 1 }
  const kept: LessonProgress[] = []
  const player = new Player({ source, labRun, run, until, paceMs: 0, keep: (progress) => kept.push(progress), next: () => null })
  const lab = await Lab.open(run)
  const events: LabEvent[] = []
  lab.on('event', (event) => events.push(event))
  player.begin(lab)
  await player.settled()
  const after = async (act: () => void): Promise<PlayState> => {
    act()
    await player.settled()
    return player.state
  }
  return { lab, player, events, kept, enter: () => after(() => player.goOn()), say: (input) => after(() => player.say(input)) }
}
