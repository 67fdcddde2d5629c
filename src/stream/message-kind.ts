/** `append+2`, as the trace names a datagram with two more messages, is an `append`: what leads it is its kind. */
export function messageKind(type: string): string {
  const plus = type.indexOf('+')
  return plus > 0 ? type.slice(0, plus) : type
}
