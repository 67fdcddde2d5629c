/**
 * The command language, all of it, pure: text in, typed commands and text out. The Lab executes; nothing here touches a cluster.
 *
 * **A line**: `parseLine(line, context)` → `{ ok: true, command }` or `{ ok: false, error }`; print the error with
 * `describeProblem`. `context: LanguageContext` is `{ mode, modes?, nodes?, variables?, checkers? }`; a `Mode` serves as
 * `mode`. What is left out of the context is not checked early. `command: ParsedCommand` is a union by `name` (`ast.ts`) with
 * `text` (as typed) and `background` (it ended in `&`). An empty line is `nothing`; `every stop` is `every-stop`; a command a
 * mode brought as data is `mode-command`. An error with `later: true` is a right word of another mode or version.
 *
 * **Node sets** stay expressions (`SetExpr`). When the command runs: `resolveSet(set, ctx)` → `{ ids, exact, plural }` or
 * `{ ok: false, why }` to answer `refused: why`. A command that cannot apply to one of `exact` is refused as a whole; ids not
 * in `exact` came from plural words and are skipped. Partitions and links: `resolveGroups(groups, ctx, cover)`.
 *
 * **expect, always**: `command.expectation` has `not`, a `claim` (a statement that is so or not, or `fact op operand`) and a
 * time. Decide with `compare(actual, op, expected, operand.exact)`; write with `formatExpectation`, `formatFact`.
 *
 * **Settings**: `completeSettings(mode, given)` → every setting as text in its normal form (fallback, preset, given);
 * `checkSetting` for one; `generalSettings` are those every mode has.
 *
 * **Labs**: `parseLab(text, file, { modes, checkers? })` → `{ lab }` or all `problems` (`describeLabProblem`); `lab.runs` has
 * one entry a mode. `isLabText` for folder runs, `matchAnswer`, `updateAnswers` for `run --update`, `newLabText`, `saveLab`.
 *
 * **People**: `formatAnswer(answer, commandName)` → lines; `helpFor(topic, context)`; `complete(line, cursor, context, names)`.
 *
 * **The table**: `COMMANDS`, and `commandsOf(mode)` with the mode's own; each is a `CommandSpec` (`spec.ts`).
 */
export { formatAnswer } from './answers.ts'
export * from './ast.ts'
export { compare } from './compare.ts'
export { type Completion, type CompletionNames, complete } from './complete.ts'
export { checkNames, type LanguageContext, type ModeWords, type SubjectWords } from './context.ts'
export { LONGEST_KEY_BYTES, LONGEST_VALUE_BYTES } from './cursor.ts'
export { describeProblem, type Outcome, type Problem } from './errors.ts'
export { DEFAULT_WITHIN_MS } from './expect.ts'
export { formatExpectation, formatFact } from './format.ts'
export { type Help, helpFor, helpTopics } from './help.ts'
export { isLabText, type LabContext, type LabResult, newLabText, parseLab } from './lab-file.ts'
export * from './lab-types.ts'
export { asPattern, type GivenAnswer, type Match, matchAnswer, updateAnswers } from './match.ts'
export { nearest, nearestCommand } from './nearest.ts'
export { type ParseResult, parseLine } from './parse.ts'
export { type Resolved, type ResolvedGroups, resolveGroups, resolveSet, type SetContext } from './resolve.ts'
export { type Saved, type Session, saveLab, type TranscriptEntry } from './save.ts'
export { formatSet } from './sets.ts'
export { allSettings, checkSetting, completeSettings, generalSettings, MOST_NODES, modeNamed, type Setting } from './settings.ts'
export type { ArgSpec, CommandSpec, OptionSpec } from './spec.ts'
export { COMMANDS, commandsOf } from './table.ts'
export { quote, quoteIfNeeded } from './tokens.ts'
export * from './units.ts'
