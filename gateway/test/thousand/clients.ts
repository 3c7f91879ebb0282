import { WebSocket } from 'ws'

/**
 * Many clients of one gateway in a process of their own, so that reading does not take the gateway's time. Started with
 * `url clients operations`; says `ready` when all subscribed, then for each round of events, once everybody has it, the
 * latencies from the event's `at` to its receipt.
 */
const [url = '', clients = '0', operations = '1'] = process.argv.slice(2)
const total = Number(clients)
const rounds = new Map<number, number[]>()

for (let i = 0; i < total; i += 1) {
  const socket = new WebSocket(url, 'graphql-transport-ws')
  const query = `subscription Live { x${i % Number(operations)}: ticks { n at user { rating } } }`
  socket.on('open', () =>
    socket.send('{"type":"connection_init","payload":{"authorization":"Bearer watcher"}}'),
  )
  socket.on('message', (data) => {
    const text = String(data)
    if (text === '{"type":"connection_ack"}') {
      socket.send(JSON.stringify({ id: 's', type: 'subscribe', payload: { query } }))
      return
    }
    const now = performance.timeOrigin + performance.now()
    const { payload } = JSON.parse(text) as {
      payload: { data: Record<string, { n: number; at: number; user: { rating: number } }> }
    }
    const [tick] = Object.values(payload.data)
    if (tick === undefined || tick.user.rating !== 7) throw new Error(`not an event: ${text}`)
    const latencies = rounds.get(tick.n) ?? []
    rounds.set(tick.n, latencies)
    latencies.push(now - tick.at)
    if (latencies.length === total) process.send?.({ round: tick.n, latencies })
  })
  socket.on('close', (code) => {
    throw new Error(`a socket was closed with ${code}`)
  })
}
