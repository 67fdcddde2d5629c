/** A run folder read for a page: each file as a stream, twice, since which moments matter is known only at the end. */
import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type Budget, FULL_BUDGET } from './budget.ts'
import { CloseUpDraft } from './close-ups.ts'
import { lastTimeNs, numberOf, readJsonLines, type Unread } from './json-lines.ts'
import { isViolation, judgementsOf } from './judgements.ts'
import { readKeptResult } from './kept-result.ts'
import { historyEventOf, identityOf, Pairing } from './operations.ts'
import { StoryTeller, toldIn } from './story.ts'
import { Paces, Tracks } from './tracks.ts'
import type { CloseUp, Judgement, KeptResult, LabText, Recording, ShownOperation } from './types.ts'
import { chooseWindows, momentsOf } from './windows.ts'

/** Reads what is there: a run that was killed has no result, and its last lines may be torn. */
export async function readRecording(folder: string, budget: Budget = FULL_BUDGET): Promise<Recording> {
  const files = { events: join(folder, 'events.jsonl'), history: join(folder, 'history.jsonl') }
  const unread: Unread = { lines: 0 }
  const endNs = Math.max(await lastTimeNs(files.events), await lastTimeNs(files.history))
  const tracks = new Tracks(endNs)
  const paces = new Paces(endNs)
  for await (const one of operationsIn(files.history, unread)) {
    tracks.add(one)
    paces.add(one)
  }
  const teller = new StoryTeller(budget)
  for await (const event of readJsonLines(files.events, unread)) teller.hear(event)
  const story = teller.story()
  const result = readKeptResult(await readOrNull(join(folder, 'result.json')))
  const judgements = judgementsOf(story, result, budget.witness)
  const moments = momentsOf(story, judgements.filter(isViolation))
  const { windows, left, violationsLeft } = chooseWindows(moments, endNs, budget.windows, budget.violationWindows)
  return {
    name: basename(folder),
    endNs,
    result,
    lab: labOf(await readOrNull(join(folder, 'lab.md')), result),
    story,
    clients: tracks.all(),
    pace: paces.all(),
    judgements,
    closeUps: await readCloseUps(files, windows, judgements, budget),
    windowsLeft: left,
    violationWindowsLeft: violationsLeft,
    unread: unread.lines,
  }
}

async function* operationsIn(path: string, unread: Unread): AsyncGenerator<ShownOperation> {
  const pairing = new Pairing()
  for await (const fields of readJsonLines(path, unread)) {
    const event = historyEventOf(fields)
    const ended = event === null ? null : pairing.hear(event)
    if (ended !== null) yield ended
  }
  yield* pairing.rest()
}

async function readCloseUps(
  files: { readonly events: string; readonly history: string },
  windows: readonly CloseUp['window'][],
  judgements: readonly Judgement[],
  budget: Budget,
): Promise<readonly CloseUp[]> {
  const drafts = windows.map(
    (window) => new CloseUpDraft(window, { messages: budget.messagesPerWindow, operations: budget.operationsPerWindow }),
  )
  const again: Unread = { lines: 0 }
  for await (const event of readJsonLines(files.events, again)) {
    const told = toldIn(event)
    if (told !== null) for (const draft of drafts) draft.tell(told)
    const atNs = numberOf(event.time)
    if (event.type !== 'messages' || atNs === null) continue
    for (const draft of drafts) draft.hear(event, atNs)
  }
  const lit = new Set(judgements.filter(isViolation).flatMap(({ witness }) => witness.map(identityOf)))
  for await (const one of operationsIn(files.history, again)) {
    const isLit = lit.has(identityOf(one))
    for (const draft of drafts) draft.operation(one, isLit)
  }
  return drafts.map((draft) => draft.done())
}

function labOf(text: string | null, result: KeptResult | null): LabText | null {
  return text === null ? null : { file: result?.file ?? 'lab.md', text }
}

async function readOrNull(path: string): Promise<string | null> {
  return readFile(path, 'utf8').catch(() => null)
}
