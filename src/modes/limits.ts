/** Bounds on keys and values, the same in every mode. */
export const MAX_KEY_BYTES = 256
export const MAX_VALUE_BYTES = 65_536

/** How many bytes the text takes as UTF-8; an unpaired surrogate counts as the three bytes of its replacement. */
export function utf8Length(text: string): number {
  let bytes = 0
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes
}

/** Whether it takes no more bytes than these as UTF-8. Most texts are so short that nobody has to count. */
export function fits(text: string, mostBytes: number): boolean {
  return 3 * text.length <= mostBytes || (text.length <= mostBytes && utf8Length(text) <= mostBytes)
}

export type OperationValue = string | readonly [string | null, string | null] | null

/** The code of what is wrong with an operation before it is ever sent, or null. */
export function tooLarge(key: string, value: OperationValue): boolean {
  if (!fits(key, MAX_KEY_BYTES)) return true
  const texts = typeof value === 'string' ? [value] : (value ?? [])
  return texts.some((text) => text !== null && !fits(text, MAX_VALUE_BYTES))
}
