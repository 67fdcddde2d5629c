/** `learn`: the lessons, and how far one is. */
import { stateFolder } from '../state-folder.ts'
import { lessonLines, lessonList } from './lessons.ts'
import { progressFolder, readProgress } from './progress.ts'

export function learnLines(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return lessonLines(lessonList(readProgress(progressFolder(stateFolder(env)))))
}
