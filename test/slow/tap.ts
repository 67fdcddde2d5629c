/**
 * A tap between every process and the shim: it passes everything on, remembers what it saw, and can put a datagram of its own in
 * anywhere, as anybody. Each endpoint gets two sockets here: its face, to which the others send (they take it for its virtual
 * address) and from which they hear it; and its proxy, which the shim takes for the endpoint itself.
 */
import { createSocket, type Socket } from 'node:dgram'
import type { EndpointId } from '../../src/machine/contract.ts'
import type { Shim } from '../../src/net/types.ts'

const HOST = '127.0.0.1'
/** Datagrams kept of each pair, to be mutated and sent again: the first ones and the newest ones. */
const REMEMBERED = 64

interface Side {
  readonly face: Socket
  readonly proxy: Socket
  virtualPort: number
  realPort: number | null
}

export interface Seen {
  readonly from: EndpointId
  readonly to: EndpointId
  readonly bytes: Uint8Array
}

export class Tap {
  readonly #shim: Shim
  readonly #sides = new Map<EndpointId, Side>()
  readonly #seen = new Map<string, Seen[]>()
  /** Datagrams sent to virtual addresses of the shim by endpoints, the tap's own apart. */
  relayed = 0
  /** Datagrams handed to processes, the tap's own apart. */
  delivered = 0

  constructor(shim: Shim) {
    this.#shim = shim
  }

  /** The shim as cluster and clients shall see it. */
  get shim(): Shim {
    return {
      ...this.#shim,
      open: (id) => this.#open(id),
      attach: (id, port) => this.#attach(id, port),
      detach: async (id) => {
        this.#side(id).realPort = null
        await this.#shim.detach(id)
      },
    }
  }

  /** What was seen, of every pair that spoke. */
  get pairs(): readonly (readonly Seen[])[] {
    return [...this.#seen.values()]
  }

  /** To the shim, as if `from` had sent it. */
  toShim(from: EndpointId, to: EndpointId, bytes: Uint8Array): void {
    this.#side(from).proxy.send(bytes, this.#side(to).virtualPort, HOST)
  }

  /** To the process itself, as if it came from the virtual address of `from`. */
  toProcess(from: EndpointId, to: EndpointId, bytes: Uint8Array): void {
    const { realPort } = this.#side(to)
    if (realPort !== null) this.#side(from).face.send(bytes, realPort, HOST)
  }

  /** Where a stranger would knock. */
  ports(id: EndpointId): { readonly virtual: number; readonly real: number | null } {
    const { virtualPort, realPort } = this.#side(id)
    return { virtual: virtualPort, real: realPort }
  }

  /** Of its own sockets. */
  localPorts(): Set<number> {
    return new Set([...this.#sides.values()].flatMap(({ face, proxy }) => [face.address().port, proxy.address().port]))
  }

  close(): void {
    for (const { face, proxy } of this.#sides.values()) {
      face.close()
      proxy.close()
    }
  }

  async #open(id: EndpointId): Promise<number> {
    const virtualPort = await this.#shim.open(id)
    const known = this.#sides.get(id)
    if (known !== undefined) return known.face.address().port
    const side: Side = { face: await bound(), proxy: await bound(), virtualPort, realPort: null }
    this.#sides.set(id, side)
    side.face.on('message', (bytes, remote) => this.#sent(this.#whoseReal(remote.port), id, bytes))
    side.proxy.on('message', (bytes, remote) => this.#came(this.#whoseVirtual(remote.port), id, bytes))
    return side.face.address().port
  }

  async #attach(id: EndpointId, port: number): Promise<void> {
    const side = this.#side(id)
    side.realPort = port
    await this.#shim.attach(id, side.proxy.address().port)
  }

  #sent(from: EndpointId | null, to: EndpointId, bytes: Uint8Array): void {
    if (from === null) return
    this.#remember({ from, to, bytes })
    this.relayed++
    this.toShim(from, to, bytes)
  }

  #came(from: EndpointId | null, to: EndpointId, bytes: Uint8Array): void {
    if (from === null || this.#side(to).realPort === null) return
    this.delivered++
    this.toProcess(from, to, bytes)
  }

  #remember(seen: Seen): void {
    const name = `${seen.from}>${seen.to}`
    const list = this.#seen.get(name) ?? []
    list.push(seen)
    if (list.length > REMEMBERED) list.splice(REMEMBERED / 2, 1)
    this.#seen.set(name, list)
  }

  #side(id: EndpointId): Side {
    const side = this.#sides.get(id)
    if (side === undefined) throw new Error(`${id} is not on the tap`)
    return side
  }

  #whoseReal(port: number): EndpointId | null {
    for (const [id, side] of this.#sides) if (side.realPort === port) return id
    return null
  }

  #whoseVirtual(port: number): EndpointId | null {
    for (const [id, side] of this.#sides) if (side.virtualPort === port) return id
    return null
  }
}

/** A socket on 127.0.0.1 with room for a burst. */
export function bound(): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', recvBufferSize: 4 * 1024 * 1024, lookup: (host, _options, done) => done(null, host, 4) })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind(0, HOST, () => resolve(socket))
  })
}
