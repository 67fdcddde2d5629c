/** Keys and solutions as text, and as files in a folder of their own. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Key, readKey } from '../../../src/lab/marking/key.ts'
import { type Taken, takeBlocks } from '../../../src/lab/marking/take.ts'
import { freshFolder } from '../real-lab.ts'

/** A fenced block. */
export function fence(info: string, ...lines: readonly string[]): string {
  return `\`\`\`${info}\n${lines.map((line) => `${line}\n`).join('')}\`\`\`\n`
}

/** One node answers soonest. */
export function keyText(body: string, ...front: readonly string[]): string {
  const usual = ['title: A key', 'mode: raft', 'nodes: 1', 'preset: fast', 'seed: 5']
  const named = front.map((line) => line.split(':')[0])
  return `---\n${[...usual.filter((line) => !named.includes(line.split(':')[0])), ...front].join('\n')}\n---\n# A key\n${body}`
}

/** Answers the folder. */
export function papers(files: Readonly<Record<string, string>>): string {
  const folder = freshFolder()
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

export function keyOf(text: string): Key {
  return readKey(join(papers({ 'key.md': text }), 'key.md'))
}

/** A solution called `ada.md`. */
export function take(key: string, solution: string): Taken {
  return takeBlocks(keyOf(key), 'ada.md', solution)
}
