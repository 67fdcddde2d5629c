/** With two decimals at most, and none that are not needed. */
export function tidy(value: number): string {
  return String(Number(value.toFixed(2)))
}
