/** Every shipped exercise with all its solutions, as a teacher would mark a class. */
import { test } from 'vitest'
import { markExercise } from '../e2e/marked-exercise.ts'
import { exercises } from '../lab/marking/exercises.ts'

test.each(exercises())('$name: all points for the right solution, none for the wrong and the empty one', async (exercise) => {
  await markExercise(exercise, ['right', 'wrong', 'empty'])
})
