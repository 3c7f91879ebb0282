import { transportOver } from './exchange.js'
import { pooled } from './pooled.js'
import type { Transport, TransportOptions } from './transport.js'

/** Opens a transport over keep-alive connections; nothing is connected until the first request. */
export function openTransport(options: TransportOptions): Transport {
  return transportOver(pooled(options.url), options)
}
