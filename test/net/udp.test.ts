import { expect, it } from 'vitest'
import { countDrops } from '../../src/net/udp.ts'

const TABLE = `   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops
  512: 0100007F:8000 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3142 2 0000000000000000 17
  513: 0100007F:8001 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3143 2 0000000000000000 5
  900: 0100007F:9000 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 3144 2 0000000000000000 1000
`

it('kernel drops are the sum over our own sockets', () => {
  expect(countDrops(TABLE, new Set([0x8000, 0x8001]))).toBe(22)
  expect(countDrops(TABLE, new Set([0x7000]))).toBe(0)
})

it('a table without the column tells nothing, which is not zero', () => {
  expect(countDrops('  sl  local_address\n 1: 0100007F:8000\n', new Set([0x8000]))).toBeNull()
  expect(countDrops('', new Set())).toBeNull()
})
