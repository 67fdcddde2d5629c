/** A hash of 64 bits over what is fed to it piece by piece: no text is put together first, for every copy that changes is digested. */

const float = new Float64Array(1)
const words = new Uint32Array(float.buffer)

export class Hash64 {
  #high = 0
  #low = 0

  begin(): void {
    this.#high = 0x811c9dc5
    this.#low = 0x9e3779b9
  }

  /** Its length goes first, so that where one text ends and the next begins makes a difference. */
  text(text: string): void {
    let [high, low] = [this.#high ^ text.length, this.#low]
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      high = Math.imul(high ^ unit, 0x01000193)
      low = Math.imul(low ^ unit, 0x85ebca6b)
      high ^= high >>> 13
      low ^= low >>> 15
    }
    this.#high = Math.imul(high ^ 0x5bd1e995, 0x01000193)
    this.#low = Math.imul(low ^ text.length, 0xc2b2ae35)
  }

  /** Every bit of it: wall clocks may have parts of a millisecond. */
  number(n: number): void {
    float[0] = n
    this.#word(words[0] ?? 0)
    this.#word(words[1] ?? 0)
  }

  #word(word: number): void {
    const high = Math.imul(this.#high ^ word, 0x85ebca6b)
    const low = Math.imul(this.#low ^ word, 0xc2b2ae35)
    this.#high = high ^ (high >>> 15)
    this.#low = low ^ (low >>> 13)
  }

  /** Of what was fed since it began, 32 bits without a sign. */
  get high(): number {
    return finish(this.#high ^ this.#low)
  }

  /** The other 32 bits. */
  get low(): number {
    return finish(this.#low)
  }

  /** Both, as sixteen hexadecimal digits. */
  get hex(): string {
    return hex(this.high) + hex(this.low)
  }
}

function finish(h: number): number {
  const mixed = Math.imul(h ^ (h >>> 16), 0xc2b2ae35)
  return (mixed ^ (mixed >>> 13)) >>> 0
}

function hex(n: number): string {
  return n.toString(16).padStart(8, '0')
}
