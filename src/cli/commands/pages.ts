/** The pages of `splitbrain run --report DIR`: one for each suite and for each cluster that a reset replaced, made as soon as it ends, since later runs may take its folder's place. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { RunResult, SuiteResult } from '../../report/result.ts'
import type { Rooms } from '../rooms.ts'

export class Pages {
  readonly #directory: string
  readonly #write: Rooms['writePage']
  readonly #names = new Map<SuiteResult, string | null>()
  readonly #taken = new Set<string>(['index.html'])
  readonly #problems: string[] = []
  /** One after the other: each is a thread, and labs go on meanwhile. */
  #work: Promise<void> = Promise.resolve()

  constructor(directory: string, write: Rooms['writePage']) {
    this.#directory = directory
    this.#write = write
  }

  add(suite: SuiteResult): void {
    const { folder, earlier = [] } = suite
    const name = folder === null ? null : this.#nameFor(suite)
    this.#names.set(suite, name)
    if (folder === null || name === null) return
    this.#draw(folder, name, () => this.#names.set(suite, null))
    for (const [i, one] of earlier.entries()) this.#draw(one, name.replace(/\.html$/, `-before-reset-${i + 1}.html`))
  }

  #draw(folder: string, name: string, failed: () => void = () => {}): void {
    this.#work = this.#work.then(async () => {
      try {
        await this.#write(folder, join(this.#directory, name))
      } catch (error) {
        failed()
        this.#problems.push(error instanceof Error ? error.message : String(error))
      }
    })
  }

  /** Waits for the last page, adds an index where there are several; answers what could not be written. */
  async finish(run: RunResult, indexPage: Rooms['indexPage']): Promise<readonly string[]> {
    await this.#work
    const pages = run.suites.map((suite) => ({ suite, file: this.#names.get(suite) ?? null }))
    if (pages.length < 2) return this.#problems
    const file = join(this.#directory, 'index.html')
    try {
      mkdirSync(this.#directory, { recursive: true })
      writeFileSync(file, await indexPage(run, pages))
    } catch (error) {
      this.#problems.push(`${file} cannot be written: ${error instanceof Error ? error.message : String(error)}`)
    }
    return this.#problems
  }

  /** `five-crash-three-raft.html`, `…-raft-round-2.html`; with its folder in front where two labs have the same name. */
  #nameFor({ file, mode, round }: SuiteResult): string {
    const lab = file === '-' ? 'standard-input' : basename(file).replace(/\.md$/, '')
    const rest = `${mode}${round > 1 ? `-round-${round}` : ''}`
    const choices = [`${lab}-${rest}`, `${basename(dirname(file))}-${lab}-${rest}`]
    const plain = choices.map((name) => `${name.replace(/[^\w.-]+/g, '-')}.html`)
    for (let i = 2; ; i++) {
      const free = plain.find((name) => !this.#taken.has(name))
      if (free !== undefined) {
        this.#taken.add(free)
        return free
      }
      plain.push(`${choices[1]?.replace(/[^\w.-]+/g, '-')}-${i}.html`)
    }
  }
}
